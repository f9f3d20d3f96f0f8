"""The links in messages, with keys derived from those of HOMING_ENCRYPTION_KEYS for this use alone."""

from pydantic import SecretStr

from domain.preferences.links import Links
from runtime.derived_keys import derived

USE = b"homing links in messages"


def make_links(public_url: str | None, encryption_keys: SecretStr | None) -> Links | None:
    """None where there are no keys to sign them with; without a URL they can be read, and none is to be written."""
    keys = derived(encryption_keys, USE)
    return Links(public_url or "", keys) if keys else None
