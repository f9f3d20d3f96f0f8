"""Keys for signing, derived from those of HOMING_ENCRYPTION_KEYS: each use has keys of its own."""

import hmac

from pydantic import SecretStr


def derived(encryption_keys: SecretStr | None, use: bytes) -> list[bytes]:
    """One for each key that is set, the newest first; none if none is."""
    text = encryption_keys.get_secret_value() if encryption_keys else ""
    keys = [key.strip().encode() for key in text.split(",") if key.strip()]
    return [hmac.digest(key, use, "sha256") for key in keys]
