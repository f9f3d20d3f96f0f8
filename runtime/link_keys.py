"""The links in messages, with keys derived from those of HOMING_ENCRYPTION_KEYS for this use alone."""

import hmac

from pydantic import SecretStr

from domain.preferences.links import Links

USE = b"homing links in messages"


def make_links(public_url: str | None, encryption_keys: SecretStr | None) -> Links | None:
    """None where there are no keys to sign them with; without a URL they can be read, and none is to be written."""
    text = encryption_keys.get_secret_value() if encryption_keys else ""
    keys = [key.strip().encode() for key in text.split(",") if key.strip()]
    return Links(public_url or "", [hmac.digest(key, USE, "sha256") for key in keys]) if keys else None
