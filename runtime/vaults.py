"""The keys of one-time codes and their links, each derived from the keys of HOMING_ENCRYPTION_KEYS for its own use."""

from pydantic import SecretStr

from domain.errors import Misconfigured
from domain.verification.vault import Vault
from runtime.derived_keys import derived
from runtime.sealing import Seals

CODES = b"homing verification code"
LINKS = b"homing verification link"
NEEDED = "set HOMING_ENCRYPTION_KEYS: the secrets of one-time codes are kept sealed, or not at all"


def make_vault(encryption_keys: SecretStr | None) -> Vault:
    """The vault of this deployment. Without keys it refuses all work. Raises Misconfigured for what is no key."""
    seals = Seals(encryption_keys.get_secret_value() if encryption_keys else None)

    def seal(secret: str) -> str:
        sealed = seals.seal(secret)
        if sealed is None:
            raise Misconfigured(NEEDED)
        return sealed

    codes, links = (tuple(derived(encryption_keys, use)) for use in (CODES, LINKS))
    return Vault(seal, seals.opened, codes, links)
