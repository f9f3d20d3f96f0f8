"""Did the loop close? What providers reported, what people wrote back, and that STOP was the end of it."""

from collections import Counter

from sqlmodel import col, select

from demo.scenario import Actor, Writes
from domain.delivery import MessageState, Reported
from domain.inbound import Deed
from domain.receipts import REPORTS, ReceiptState
from models.database import Database
from models.inbound import InboundMessage
from models.messages import Message

ARRIVED = (Reported.DELIVERED, Reported.OPENED, Reported.CLICKED)
BEYOND = (Reported.OPENED, Reported.CLICKED)


def told_of(row: Message) -> str:
    """What its provider has reported, as the scenario writes it: ` opened`, and nothing for a mere delivery."""
    reported = _reported(row)
    return f" {reported}" if reported in BEYOND else ""


def plain(message: str) -> str:
    """What was sent, without what was reported of it.

    >>> plain("welcome/email opened")
    'welcome/email'
    """
    return message.partition(" ")[0]


def holds(expected: str, got: list[str]) -> bool:
    """Whether all was reported that the scenario tells of; that somebody opened another message is no harm.

    >>> holds("tips/email opened", ["welcome/email", "tips/email clicked"]), holds("tips/email opened", ["tips/email"])
    (True, False)
    """
    said = {plain(one): one.partition(" ")[2] for one in got}.get(plain(expected), "")
    wanted = expected.partition(" ")[2]
    return wanted in ("", said) or (wanted, said) == BEYOND


def unreported(rows: list[Message]) -> list[str]:
    """Messages of which their provider has not said that they arrived."""
    return [
        f"{row.user_id}: nobody reported that {row.template}/{row.channel} arrived"
        for row in rows
        if row.state == MessageState.ACCEPTED and _reported(row) not in ARRIVED and not is_silent(row)
    ]


def is_silent(row: Message) -> bool:
    """Whether it went by a mail server, which tells nothing: its id is then that of the mail itself."""
    return (row.provider_id or "").startswith("<")


def answers(database: Database) -> list[InboundMessage]:
    """All that people have written, oldest first."""
    with database.session() as session:
        return list(session.exec(select(InboundMessage).order_by(col(InboundMessage.received_at))))


def unheard(actors: list[Actor], heard: list[InboundMessage], *, all_of_it: bool) -> list[str]:
    """People whose answers were not heard, or were heard twice."""
    got = Counter(row.user_id for row in heard)
    wrote = {actor.id: sum(isinstance(deed, Writes) for deed in actor.does) for actor in actors}
    return [
        f"{user} wrote {count} times and was heard {got[user]} times"
        for user, count in wrote.items()
        if got[user] > count or (all_of_it and got[user] < count)
    ]


def pestered(rows: list[Message], heard: list[InboundMessage]) -> list[str]:
    """Messages to people who had said STOP on that channel."""
    stopped = {(row.user_id, row.channel): row.received_at for row in reversed(heard) if row.deed == Deed.STOPPED}
    return [
        f"{row.user_id} said STOP by {row.channel} and got {row.template} afterwards"
        for row in rows
        if row.reserved_at > stopped.get((row.user_id, row.channel), row.reserved_at)
    ]


def _reported(row: Message) -> Reported | None:
    return REPORTS.get(ReceiptState(row.receipt)) if row.receipt else None
