"""Is this code right, now, for the first time? Of an app or a recovery code, of anybody, known or not."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from client.authenticators.trying import attempt, parse
from client.authenticators.vault import Secret, Vault, new_secret
from domain.authenticators import recovery as codes
from domain.authenticators.steps import Device, judge
from domain.authenticators.typed import Kind
from models import authenticators, recovery
from models.database import Database


@dataclass(frozen=True, slots=True)
class Approved:
    """Which app it was, or None for a recovery code; and how many of those are left."""

    device_id: str | None
    recovery_codes_left: int


class Checks:
    """One per process. Who has no app is judged by the secrets of nobody, so that it takes as long."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault
        self._nobody = Nobody(vault)

    def check(self, user_id: str, code: str, now: datetime) -> Approved:
        """Raises Refused for a wrong or used code, TooMany while nothing is judged, BadInput for what is no code."""
        typed = parse(code)

        def approved(session: Session) -> Approved | None:
            judged = self._by_app if typed.kind is Kind.APP else self._by_recovery
            return judged(session, user_id, typed.code, now)

        return attempt(self._database, user_id, typed.kind, now, approved)

    def _by_app(self, session: Session, user_id: str, code: str, now: datetime) -> Approved | None:
        rows = authenticators.confirmed(session, user_id)
        match = judge([self._vault.device(row) for row in rows] or [self._nobody.device()], code, now)
        if match is None or not authenticators.use(session, match.device_id, match.step, now):
            return None
        return Approved(match.device_id, recovery.left(session, user_id))

    def _by_recovery(self, session: Session, user_id: str, code: str, now: datetime) -> Approved | None:
        found = recovery.find(session, user_id)
        key = self._vault.open_key(user_id, found.sealed) if found else self._nobody.key()
        if not recovery.use(session, user_id, codes.digest(key, code), now):
            return None
        return Approved(None, recovery.left(session, user_id))


class Nobody:
    """Sealed secrets that open nothing: `use` finds no row of theirs, even for the right code."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._sealed: tuple[str, str] | None = None

    def device(self) -> Device:
        """An app of nobody's."""
        return Device("", self._vault.open_device("", self._kept()[0]).secret)

    def key(self) -> bytes:
        """A key of nobody's codes."""
        return self._vault.open_key("", self._kept()[1])

    def _kept(self) -> tuple[str, str]:
        """Made when it is first needed: without encryption keys nothing can be sealed, and nobody has an app."""
        if self._sealed is None:
            key = self._vault.seal_key("", b"\0" * codes.KEY_BYTES)
            self._sealed = self._vault.seal_device("", Secret(new_secret(), "")), key
        return self._sealed
