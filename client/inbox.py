"""What people write to us is taken in one transaction: kept sealed, and a STOP obeyed before anything else."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import structlog
from sqlmodel import Session

from client.inputs import Happened
from domain.addresses import fingerprint
from domain.clock import Clock
from domain.errors import BadInput
from domain.inbound import FREED_BY_START, Deed, Incoming, deed
from domain.keywords import language
from domain.suppression import Reason
from models import crowd, inbound, people, suppressions
from models.database import Database
from models.inbound import InboundMessage
from runtime.sealing import Seals

log = structlog.get_logger()

RECEIVED, UNSUBSCRIBED, RESUBSCRIBED = "message_received", "unsubscribed", "resubscribed"
MOST_SHARERS = 20  # people at one address who hear of a STOP; the address is suppressed for all
DEFAULT_LOCALE = "en"


@dataclass(frozen=True, slots=True)
class Heard:
    """What was done, in whose language to answer, and the events to be taken in as any others, also when it was not
    new: whoever kept it before may have died with the events untaken."""

    deed: Deed
    locale: str
    new: bool
    happened: list[Happened] = field(default_factory=list)


class Inbox:
    """One per process."""

    def __init__(self, database: Database, clock: Clock, seals: Seals) -> None:
        self._database = database
        self._clock = clock
        self._seals = seals

    def take(self, incoming: Incoming, real_now: datetime) -> Heard:
        """Keep it and do what it asks for. The same again is answered as it was. Raises Unreachable."""
        now, mark = self._clock.journey(real_now), fingerprint(incoming.channel, incoming.address)
        with self._database.session() as session:
            inbound.take_turn(session, mark)
            here = inbound.people_at(session, incoming.channel, incoming.address, MOST_SHARERS)
            held = crowd.hold(session, sorted(person.id for person in here))
            users = [person.id for person in here if person.id in held]  # who is being erased is not
            kept = inbound.find(session, incoming.channel, incoming.provider_id)
            row = kept or self._row(session, incoming, mark, users, now)
            if kept is None:
                session.add(row)
                _do(session, incoming, mark, Deed(row.deed), now)
        log.info("message.received", inbound=row.id, channel=row.channel, deed=row.deed, new=kept is None)
        locale = here[0].locale if here else language(incoming.text) or DEFAULT_LOCALE
        return Heard(Deed(row.deed), locale, kept is None, _happened(row, incoming.answer, users, now))

    def words(self, user_id: str) -> dict[str, Any]:
        """What a person wrote, by the ids of their messages, as far as it was kept and a key still opens it."""
        with self._database.session() as session:
            sealed = {row.id: row.sealed for row in inbound.of_person(session, user_id) if row.sealed}
        return {one: self._opened(text) for one, text in sealed.items()}

    def _opened(self, sealed: str) -> Any:
        try:
            return json.loads(self._seals.opened(sealed))
        except BadInput:
            return None

    def _row(self, session: Session, incoming: Incoming, mark: str, users: list[str], now: datetime) -> InboundMessage:
        said = json.dumps({"text": incoming.text, "subject": incoming.subject}, ensure_ascii=False)
        return InboundMessage(
            id=uuid5(NAMESPACE_URL, f"homing:inbound/{incoming.channel}/{incoming.provider_id}").hex,
            channel=incoming.channel,
            provider_id=incoming.provider_id,
            fingerprint=mark,
            user_id=users[0] if users else None,
            sealed=self._seals.seal(said),
            attachments=incoming.attachments,
            deed=deed(incoming, stopped=_stopped(session, incoming, mark)),
            received_at=now,
        )


def _stopped(session: Session, incoming: Incoming, mark: str) -> bool:
    """Whether this address has opted out, by what we heard or by what the provider said when we sent."""
    reasons = suppressions.reasons(session, [mark]).get(mark, [])
    ended = people.ended_for(session, incoming.channel, incoming.address, Reason.OPTED_OUT)
    return ended or bool(FREED_BY_START & set(reasons))


def _do(session: Session, incoming: Incoming, mark: str, what: Deed, now: datetime) -> None:
    if what in (Deed.STOPPED, Deed.STOPPED_BEFORE):
        suppressions.suppress(session, incoming.channel, mark, Reason.OPTED_OUT, now)
    elif what is Deed.STARTED:
        suppressions.free(session, incoming.channel, mark, FREED_BY_START, now)
        people.revive_addresses(session, incoming.channel, incoming.address, Reason.OPTED_OUT)


def _happened(row: InboundMessage, answer: str | None, users: list[str], now: datetime) -> list[Happened]:
    """The events of it, under the same ids each time."""
    match Deed(row.deed):
        case Deed.HEARD:
            about = {"channel": row.channel, "inbound_id": row.id} | ({"answer": answer} if answer else {})
            told, name = [row.user_id] if row.user_id else [], RECEIVED
        case Deed.STOPPED | Deed.STARTED as changed:
            about = {"channel": row.channel}
            told, name = users, UNSUBSCRIBED if changed is Deed.STOPPED else RESUBSCRIBED
        case _:
            return []
    given = {"name": name, "properties": about, "message_id": f"inbound:{row.id}", "at": now}
    return [Happened.of({"user_id": user, **given}) for user in told]
