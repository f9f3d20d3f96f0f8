"""The links in messages, with keys derived from those of HOMING_ENCRYPTION_KEYS for this use alone."""

import structlog
from pydantic import SecretStr

from domain.links.scope import Scope
from domain.links.shortening import Shortener
from domain.preferences.links import Links
from runtime.derived_keys import derived
from runtime.settings import Settings

log = structlog.get_logger()

USE = b"homing links in messages"
SHORT = b"homing short links"


def make_links(public_url: str | None, encryption_keys: SecretStr | None) -> Links | None:
    """None where there are no keys to sign them with; without a URL they can be read, and none is to be written."""
    keys = derived(encryption_keys, USE)
    return Links(public_url or "", keys) if keys else None


def make_shortener(config: Settings) -> Shortener | None:
    """None where links lead straight to where they lead: as is wished, or for want of what they need, which is said."""
    if config.link_tracking is Scope.OFF:
        return None
    keys = derived(config.encryption_keys, SHORT)
    if not (config.public_url and keys):
        needed = "HOMING_PUBLIC_URL and HOMING_ENCRYPTION_KEYS, or HOMING_LINK_TRACKING=off"
        log.warning("links.untracked", effect="links are not shortened, and clicks on them not counted", set=needed)
        return None
    return Shortener(config.link_url or config.public_url, keys[0], config.link_tracking, (config.public_url,))
