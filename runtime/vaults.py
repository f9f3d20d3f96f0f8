"""The keys of one-time codes and their links, each derived from the keys of HOMING_ENCRYPTION_KEYS for its own use."""

import hmac

from pydantic import SecretStr

from domain.errors import Misconfigured
from domain.verification.vault import Vault
from runtime.sealing import Seals

NEEDED = "set HOMING_ENCRYPTION_KEYS: the secrets of one-time codes are kept sealed, or not at all"


def make_vault(encryption_keys: SecretStr | None) -> Vault:
    """The vault of this deployment. Without keys it refuses all work. Raises Misconfigured for what is no key."""
    text = encryption_keys.get_secret_value() if encryption_keys else None
    seals = Seals(text)

    def seal(secret: str) -> str:
        sealed = seals.seal(secret)
        if sealed is None:
            raise Misconfigured(NEEDED)
        return sealed

    keys = [key.strip().encode() for key in (text or "").split(",") if key.strip()]
    return Vault(seal, seals.opened, _derived(keys, "code"), _derived(keys, "link"))


def _derived(keys: list[bytes], use: str) -> tuple[bytes, ...]:
    return tuple(hmac.digest(key, f"homing verification {use}".encode(), "sha256") for key in keys)
