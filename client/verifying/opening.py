"""The transactions that send: a verification begun, and its code sent again. A refusal leaves its trace, no more."""

import base64
import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from client.verifying.inputs import CodeAsked
from client.verifying.party import Party, Rules, party_of
from client.verifying.views import View, view
from domain.errors import Conflict, NotFound
from domain.verification.life import VALID_FOR, State, state_at
from domain.verification.refusals import Refusal
from domain.verification.vault import Vault
from models import crowd, sends, verifications
from models.database import Database
from models.reserving import Reserving, Wish
from models.verifications import Verification

FIRST = 1  # the number of the send that a verification begins with
SECRET_BYTES = 20  # 160 bits, as RFC 4226 recommends


@dataclass(frozen=True, slots=True)
class Opened:
    """A verification with one more send reserved, the `number`th."""

    view: View
    number: int


class Opening:
    """Each method is one transaction. `now` is real time."""

    def __init__(self, database: Database, vault: Vault, reserving: Reserving, rules: Rules) -> None:
        self._database = database
        self._vault = vault
        self._reserving = reserving
        self._rules = rules

    def begin(self, asked: CodeAsked, now: datetime, once: str | None = None) -> Opened | Refusal:
        """Begin a verification; those for the same account and purpose that are pending are over. Raises BadInput.

        With an id of its own to be begun `once`, it is found as it was begun when that is repeated.
        """
        with self._database.session() as session:
            if once and (known := verifications.find(session, once)):
                return Opened(view(session, known, known.channels[0], now), FIRST)
            party = party_of(session, asked, self._rules)
            if isinstance(party, Refusal):
                return _noted(session, party, None, now)
            row, wish = self._row(asked, party, now, once), Wish(party.channels[0], "asked", asked.client)
            target = self._reserving.hold(session, row, wish)
            if refusal := self._reserving.refused(session, target, wish, now):
                return _noted(session, refusal, row.account, now)
            verifications.supersede(session, row.account, row.purpose, now)
            session.add(row)
            session.flush()
            changed = self._reserving.reserve(session, row, wish, target, now)
            return _opened(session, changed, wish.channel, now)

    def again(self, verification_id: str, channel: str | None, client: str | None, now: datetime) -> Opened | Refusal:
        """Reserve one more send of the same code. Raises NotFound, Conflict."""
        with self._database.session() as session:
            row = _pending(verifications.find(session, verification_id), now)
            wish = Wish(channel or last_channel(session, row), "resent", client)
            if wish.channel not in row.channels:
                raise Conflict(f"channel: this code goes by {', '.join(row.channels)}")
            target = self._reserving.hold(session, row, wish)
            row = _pending(verifications.hold(session, verification_id), now)
            if refusal := self._reserving.refused(session, target, wish, now):
                return _noted(session, refusal, row.account, now)
            changed = self._reserving.reserve(session, row, wish, target, now)
            if isinstance(changed, Refusal):
                return _noted(session, changed, row.account, now)
            return _opened(session, changed, wish.channel, now)

    def withdraw(self, opened: Opened) -> None:
        """Nobody could be told to make this send: it does not count. Without any other the verification is undone."""
        with self._database.session() as session:
            sends.withdraw(session, opened.view.id, opened.number)
            if not sends.of_verification(session, opened.view.id):
                verifications.remove(session, opened.view.id)

    def cancel(self, verification_id: str, now: datetime) -> View:
        """No code of it is right any more. Raises NotFound; Conflict if it was approved."""
        with self._database.session() as session:
            row = verifications.end(session, verification_id, State.CANCELED, now)
            row = row or _found(verifications.find(session, verification_id))
            if row.state == State.APPROVED:
                raise Conflict("this verification was approved already")
            return view(session, row, last_channel(session, row), now)

    def look(self, verification_id: str, now: datetime) -> View:
        """As it is. Raises NotFound."""
        with self._database.session() as session:
            row = _found(verifications.find(session, verification_id))
            return view(session, row, last_channel(session, row), now)

    def newest(self, user_id: str, purpose: str, now: datetime) -> View:
        """The last one of a user for a purpose. Raises NotFound."""
        with self._database.session() as session:
            known = crowd.look(session, [user_id])[user_id].user
            row = _found(verifications.newest(session, known, purpose))
            return view(session, row, last_channel(session, row), now)

    def resume(self, number_range: str, actor: str, reason: str, now: datetime) -> bool:
        """An operator lets codes go to a range of numbers again. False if it was not stopped."""
        with self._database.session() as session:
            resumed = sends.resume(session, number_range, now)
            sends.alarm(session, "resumed", now, place=number_range, detail=f"{actor}: {reason}")
            return resumed

    def _row(self, asked: CodeAsked, party: Party, now: datetime, known: str | None) -> Verification:
        return Verification(
            id=known or secrets.token_hex(16),
            user_id=party.user_id,
            account=party.account,
            purpose=asked.purpose,
            locale=party.locale,
            channels=party.channels,
            addresses=dict(party.addresses),
            decoy=not party.addresses,
            link=asked.link,
            state=State.PENDING,
            secret=self._vault.seal(base64.b32encode(secrets.token_bytes(SECRET_BYTES)).decode()),
            created_real_at=now,
            expires_real_at=now + VALID_FOR,
        )


def last_channel(session: Session, row: Verification) -> str:
    """The channel of the last send."""
    made = sends.of_verification(session, row.id)
    return made[-1].channel if made else row.channels[0]


def _opened(session: Session, changed: Verification | Refusal, channel: str, now: datetime) -> Opened | Refusal:
    if isinstance(changed, Refusal):
        return changed
    session.flush()
    return Opened(view(session, changed, channel, now), changed.sends)


def _noted(session: Session, refusal: Refusal, account: str | None, now: datetime) -> Refusal:
    sends.alarm(session, refusal.kind, now, account=account, place=refusal.place)
    return refusal


def _found(row: Verification | None) -> Verification:
    if row is None:
        raise NotFound("there is no such verification; start a new one")
    return row


def _pending(row: Verification | None, now: datetime) -> Verification:
    found = _found(row)
    state = state_at(found.state, found.expires_real_at, now)
    if state is not State.PENDING:
        raise Conflict(f"this verification is {state}; start a new one")
    return found
