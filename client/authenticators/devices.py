"""A person's authenticator apps: set up, confirmed by a first code, listed, and given up."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from client.authenticators.codes import ensure_codes
from client.authenticators.trying import attempt, parse
from client.authenticators.vault import Secret, Vault, new_secret
from domain.authenticators.steps import judge, uri
from domain.authenticators.typed import Kind
from domain.errors import Conflict, NotFound
from models import audit, authenticators, recovery
from models.authenticators import AuthenticatorDevice
from models.database import Database

MOST = 10  # a phone, a tablet and a spare; whoever needs more has forgotten some
UNCONFIRMED_FOR = timedelta(hours=1)  # an app that is being set up is at hand
NO_DEVICE = "there is no such authenticator app"
STALE = "there is no such authenticator app to be confirmed; begin anew, its secret is shown once and for an hour"


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A new app, with what is shown once."""

    row: AuthenticatorDevice
    secret: str
    uri: str

    def __repr__(self) -> str:
        return f"Enrolled({self.row.id})"


class Devices:
    """One per process. `issuer` is what apps show as the name of the product."""

    def __init__(self, database: Database, vault: Vault, issuer: str) -> None:
        self._database = database
        self._vault = vault
        self._issuer = issuer

    def enrol(self, user_id: str, name: str, account: str, now: datetime) -> Enrolled:
        """Begin to set an app up. Raises NotFound for nobody, Conflict if there are too many, Misconfigured."""
        kept = Secret(new_secret(), account)
        device_id = secrets.token_hex(8)
        sealed = self._vault.seal_device(device_id, kept)
        row = AuthenticatorDevice(id=device_id, user_id=user_id, name=name, sealed=sealed, created_real_at=now)
        with self._database.session() as session:
            if not authenticators.hold(session, user_id):
                raise NotFound(f"nobody is known by the id {user_id}; sign them up first")
            authenticators.forget_unconfirmed(session, user_id, now - UNCONFIRMED_FOR)
            if len(authenticators.of_person(session, user_id)) >= MOST:
                raise Conflict(f"{user_id} has {MOST} authenticator apps already; remove one first")
            authenticators.identify(session, user_id)
            session.add(row)
        return Enrolled(row, kept.secret, uri(kept.secret, account, self._issuer))

    def uri(self, user_id: str, device_id: str, now: datetime) -> str:
        """What the QR code of an app carries, as long as it is not confirmed. Raises NotFound."""
        with self._database.session() as session:
            row = _pending(session, user_id, device_id, now)
        kept = self._vault.open_device(row.id, row.sealed)
        return uri(kept.secret, kept.account, self._issuer)

    def confirm(self, user_id: str, device_id: str, code: str, actor: str, now: datetime) -> list[str]:
        """Take an app into use by its first code. The recovery codes if the person has none yet.

        Raises NotFound, BadInput, Refused, TooMany.
        """
        typed = parse(code)

        def confirmed(session: Session) -> list[str] | None:
            authenticators.hold(session, user_id)
            row = _pending(session, user_id, device_id, now)
            match = judge([self._vault.device(row)], typed.code, now)
            if match is None or not authenticators.use(session, row.id, match.step, now):
                return None
            authenticators.confirm(session, row.id, now)
            audit.note(session, actor, "authenticator.confirmed", user_id, now)
            return ensure_codes(session, self._vault, user_id, now)

        return attempt(self._database, user_id, Kind.CONFIRM, now, confirmed)

    def remove(self, user_id: str, device_id: str, actor: str, now: datetime) -> None:
        """Give an app up. With the last one the recovery codes go as well: they stand for nothing. Raises NotFound."""
        with self._database.session() as session:
            authenticators.hold(session, user_id)
            if not authenticators.remove(session, user_id, device_id):
                raise NotFound(NO_DEVICE)
            if not authenticators.confirmed(session, user_id):
                recovery.remove(session, user_id)
            audit.note(session, actor, "authenticator.removed", user_id, now)


def _pending(session: Session, user_id: str, device_id: str, now: datetime) -> AuthenticatorDevice:
    row = authenticators.find(session, user_id, device_id)
    if row is None or row.confirmed_real_at or row.created_real_at < now - UNCONFIRMED_FOR:
        raise NotFound(STALE)
    return row
