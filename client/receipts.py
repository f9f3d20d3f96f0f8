"""Receipts are taken in one transaction: each kept once, added to its message's story, and told to whom it matters."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import structlog
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from client.echoes import Echoes, Told
from client.inputs import Happened
from client.library import Library
from domain.addresses import fingerprint
from domain.clock import Clock
from domain.consequences import Consequence, consequence
from domain.delivery import MessageState, Reported
from domain.receipts import REPORTS, Receipt, ReceiptState, Story, add, news
from domain.suppression import Reason
from models import crowd, messages, outbox, people, suppressions
from models import receipts as store
from models.database import Database
from models.messages import Message
from models.receipts import StoredReceipt

log = structlog.get_logger()

# Of mails that are not ours: the mailbox is the same, so what is said of it holds for us too.
TOLD_OF_THE_ADDRESS = {ReceiptState.BOUNCED, ReceiptState.COMPLAINED}


@dataclass(frozen=True, slots=True)
class TakenReceipts:
    """How many were new, how many are of no message of ours; whether workflows are to be told.

    `happened` are the events that some journey waits for. They are to be taken in as any others, also when nothing was
    new: whoever kept these receipts before may have died with the events untaken.
    """

    new: int = 0
    unknown: int = 0
    told: int = 0
    happened: list[Happened] = field(default_factory=list)


class Receipts:
    """One per process."""

    def __init__(self, database: Database, clock: Clock, library: Library | None = None) -> None:
        self._database = database
        self._clock = clock
        self._library = library or Library()

    def take(self, receipts: Sequence[Receipt], real_now: datetime) -> TakenReceipts:
        """Take all, or none. Raises Unreachable; nothing in a receipt is refused."""
        with self._database.session() as session:
            return _Taking(session, self._clock, self._library, real_now).take(receipts)


class _Taking:
    """One transaction. People are held first, then their messages, each in one order: nobody waits in a circle."""

    def __init__(self, session: Session, clock: Clock, library: Library, real_now: datetime) -> None:
        self._session = session
        self._clock = clock
        self._now = clock.journey(real_now)
        self._echoes = Echoes(session, library)

    def take(self, receipts: Sequence[Receipt]) -> TakenReceipts:
        """All of it."""
        about = store.messages_about(self._session, receipts)
        crowd.hold(self._session, sorted({row.user_id for row in about.values()}))
        held = store.hold(self._session, {row.id for row in about.values()})
        ours = [(one, held[about[one.key].id]) for one in receipts if one.key in about and about[one.key].id in held]
        new = store.record(self._session, [self._row(one, message) for one, message in ours])
        fresh = [(one, message) for one, message in _first_of_each(ours) if one.key in new]
        tellings = self._echoes.tellings(self._add(fresh))
        outbox.add(self._session, tellings)
        unknown = [one for one in receipts if one.key not in about]
        self._follow(fresh, unknown)
        happened = self._echoes.happened(self._reported(ours))
        return TakenReceipts(len(new), len(unknown), len(tellings), happened)

    def _add(self, fresh: Iterable[tuple[Receipt, Message]]) -> list[tuple[Message, Reported]]:
        """Add to the stories; what has become so of which message."""
        before: dict[str, tuple[Message, Story]] = {}
        for receipt, message in fresh:
            before.setdefault(message.id, (message, store.story_of(message)))
            store.write(
                message, add(store.story_of(message), receipt.state, self._at(receipt, message), receipt.reason)
            )
            if receipt.message_id and message.state != MessageState.ACCEPTED:
                self._accept(message, receipt)
        self._session.flush()
        return [
            (message, reported)
            for message, story in before.values()
            for reported in news(story, store.story_of(message))
        ]

    def _reported(self, ours: Iterable[tuple[Receipt, Message]]) -> list[Told]:
        """What these receipts say to journeys."""
        known = [(message, REPORTS.get(one.state), self._at(one, message), one.link) for one, message in ours]
        return [Told(message, reported, at, link) for message, reported, at, link in known if reported]

    def _accept(self, message: Message, receipt: Receipt) -> None:
        """It was in doubt whether the provider has it; now the provider speaks of it."""
        log.info("message.accepted", message=message.id, channel=message.channel, by="receipt", was=message.state)
        message.state, message.reason, message.detail = MessageState.ACCEPTED, None, None
        message.settled_at, message.held_real_until = self._now, None
        self._session.flush()
        try:
            with self._session.begin_nested():
                messages.change(self._session, message.id, provider_id=message.provider_id or receipt.provider_id)
        except IntegrityError:
            log.error("receipt.provider_id_taken", message=message.id, channel=message.channel)

    def _follow(self, fresh: Sequence[tuple[Receipt, Message]], unknown: Sequence[Receipt]) -> None:
        """What receipts mean for the addresses."""
        for receipt, message in fresh:
            self._apply(consequence(receipt), receipt, message)
        for receipt in unknown:
            suppress = consequence(receipt).suppress
            if suppress and receipt.address and receipt.state in TOLD_OF_THE_ADDRESS:
                self._suppress(receipt.channel, receipt.address, suppress, self._at(receipt, None))
            log.info("receipt.unknown", channel=receipt.channel, state=str(receipt.state), suppressed=bool(suppress))

    def _apply(self, what: Consequence, receipt: Receipt, message: Message) -> None:
        at = self._at(receipt, message)
        about = {"message": message.id, "channel": message.channel, "reason": receipt.reason, "detail": receipt.detail}
        if what.suppress:
            self._suppress(message.channel, message.address, what.suppress, at)
            log.info("address.suppressed", **{**about, "reason": str(what.suppress)})
        if what.free:
            mark = fingerprint(message.channel, message.address)
            suppressions.free(self._session, message.channel, mark, [what.free], at)
        if what.end:
            people.end_address(self._session, message.user_id, message.address, message.channel, what.end, at)
            log.info("address.ended", **about)
        if what.alert:
            log.error("message.failed", **about)  # our mistake: for somebody to mend

    def _suppress(self, channel: str, address: str, reason: Reason, at: datetime) -> None:
        suppressions.suppress(self._session, channel, fingerprint(channel, address), reason, at)

    def _row(self, receipt: Receipt, message: Message) -> StoredReceipt:
        return StoredReceipt(
            key=receipt.key,
            message_id=message.id,
            state=receipt.state,
            reason=receipt.reason,
            detail=receipt.detail,
            at=self._at(receipt, message),
            received_at=self._now,
        )

    def _at(self, receipt: Receipt, message: Message | None) -> datetime:
        """In journey time; the provider's clock is cut to seconds, and nothing happens before its message or later."""
        at = min(self._clock.journey(receipt.at), self._now) if receipt.at else self._now
        return max(at, message.reserved_at) if message else at


def _first_of_each(pairs: Iterable[tuple[Receipt, Message]]) -> list[tuple[Receipt, Message]]:
    """Each report once, the first of those with the same key."""
    found: dict[str, tuple[Receipt, Message]] = {}
    for pair in pairs:
        found.setdefault(pair[0].key, pair)
    return list(found.values())
