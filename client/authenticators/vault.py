"""Secrets on their way into PostgreSQL and out of it: sealed, and each bound to the row that it belongs to."""

import base64
import json
import secrets
from dataclasses import dataclass

from domain.authenticators import recovery
from domain.authenticators.steps import SECRET_BYTES, Device
from domain.errors import BadInput, Misconfigured
from models.authenticators import AuthenticatorDevice
from runtime.sealing import Seals

NO_KEY = "authenticator apps need HOMING_ENCRYPTION_KEYS; `starter.py keys encryption` makes a key"


@dataclass(frozen=True, slots=True)
class Secret:
    """What an app is told: the secret in base32, and the account's name as the app shows it."""

    secret: str
    account: str

    def __repr__(self) -> str:
        return "Secret(...)"


class Vault:
    """One per process."""

    def __init__(self, seals: Seals) -> None:
        self._seals = seals

    def seal_device(self, device_id: str, secret: Secret) -> str:
        """What is kept of an app's secret. Raises Misconfigured."""
        return self._seal(f"device {device_id}", secret.secret, secret.account)

    def open_device(self, device_id: str, sealed: str) -> Secret:
        """The secret again. Raises Misconfigured if no key opens it."""
        return Secret(*self._open(f"device {device_id}", sealed))

    def device(self, row: AuthenticatorDevice) -> Device:
        """As decisions see it."""
        return Device(row.id, self.open_device(row.id, row.sealed).secret, row.last_step)

    def seal_key(self, user_id: str, key: bytes) -> str:
        """What is kept of the key of a person's recovery codes."""
        return self._seal(f"recovery {user_id}", key.hex(), "")

    def open_key(self, user_id: str, sealed: str) -> bytes:
        """The key again."""
        return bytes.fromhex(self._open(f"recovery {user_id}", sealed)[0])

    def _seal(self, owner: str, secret: str, more: str) -> str:
        """With its owner: who can write to the table cannot give one row's secret to another."""
        sealed = self._seals.seal(json.dumps([owner, secret, more]))
        if sealed is None:
            raise Misconfigured(NO_KEY)
        return sealed

    def _open(self, owner: str, sealed: str) -> tuple[str, str]:
        try:
            found, secret, more = json.loads(self._seals.opened(sealed))
        except BadInput as error:
            raise Misconfigured(str(error)) from None
        if found != owner:
            raise Misconfigured(f"the secret of {owner} is another one's; somebody has changed the table")
        return secret, more


def new_secret() -> str:
    """For an app."""
    return base64.b32encode(secrets.token_bytes(SECRET_BYTES)).decode()


def new_codes() -> list[str]:
    """Ten recovery codes."""
    return [recovery.spell(secrets.token_bytes(recovery.LENGTH)) for _ in range(recovery.COUNT)]
