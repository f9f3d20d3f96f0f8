"""What web push is set up with, by the settings."""

from dataclasses import dataclass, field

from domain.errors import Misconfigured
from domain.push import Services, read_hosts
from runtime.settings import Settings
from runtime.vapid import public_key

NEEDED = "web push needs {}: set it as well, or unset HOMING_VAPID_PRIVATE_KEY"


@dataclass(frozen=True, slots=True)
class PushSetup:
    """Our key, in base64url and in both halves; whom push services may complain to; which of them are called."""

    private_key: str = field(repr=False)
    public_key: str
    contact: str
    services: Services


def push_setup(config: Settings) -> PushSetup | None:
    """None where there is no key. Raises Misconfigured for half of it."""
    if config.vapid_private_key is None:
        return None
    if not config.vapid_contact:
        raise Misconfigured(NEEDED.format("HOMING_VAPID_CONTACT"))
    if not config.encryption_keys:
        raise Misconfigured(NEEDED.format("HOMING_ENCRYPTION_KEYS"))
    key = config.vapid_private_key.get_secret_value()
    services = Services(read_hosts(config.push_hosts), config.sandbox_url or None)
    return PushSetup(key, public_key(key), config.vapid_contact, services)
