"""Did everybody get what they should, exactly once? Judged by what the provider has, not by what we believe."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import requests
from sqlmodel import col, select

from demo import echoes
from demo.scenario import Actor
from domain.delivery import MessageState
from domain.errors import Unreachable
from models.database import Database
from models.enrollments import Enrollment
from models.inbound import InboundMessage
from models.messages import Message

Sent = tuple[str, str, str]  # channel, address, text
WENT_OUT = (MessageState.ACCEPTED, MessageState.UNKNOWN)
# How often the provider may have a message: once if it is accepted, and perhaps if nobody can tell.
RIGHT_COUNTS = {MessageState.ACCEPTED: {1}, MessageState.UNKNOWN: {0, 1}}


@dataclass(frozen=True, slots=True)
class Verdict:
    """`problems` is empty when all is well."""

    people: int
    messages: int
    unknown: int
    problems: list[str]


@dataclass(frozen=True, slots=True)
class Books:
    """What our database says: each person's messages in order, why their journey ended, and what was written to us."""

    messages: Mapping[str, list[Message]]
    reasons: Mapping[str, str | None]
    answers: list[InboundMessage]


def judge(database: Database, actors: list[Actor], sandbox_url: str, *, undisturbed: bool) -> Verdict:
    """Compare our books with the provider's and, in an undisturbed run, with what the scenario expects.

    An outage of seconds is one of journey days here, so it may well change who is reminded of what; it may never
    lose or double a message.
    """
    books = _read(database, actors)
    at_provider = _provider(sandbox_url)
    everything = [row for rows in books.messages.values() for row in rows]
    problems = _miscounted(everything, at_provider) + echoes.pestered(everything, books.answers)
    problems += echoes.unheard(actors, books.answers, all_of_it=undisturbed)
    problems += echoes.unreported(everything) if undisturbed else []
    for actor in actors:
        problems += _unexpected(actor, books) if undisturbed else _unended(actor, books)
    sent = [row for row in everything if row.state in WENT_OUT]
    return Verdict(len(actors), len(sent), sum(row.state == MessageState.UNKNOWN for row in sent), problems)


def all_ended(database: Database, actors: list[Actor]) -> bool:
    """Whether everybody's journey is over."""
    with database.session() as session:
        over = session.exec(select(Enrollment.user_id).where(col(Enrollment.ended_at).is_not(None)))
        return {actor.id for actor in actors} <= set(over)


def _read(database: Database, actors: list[Actor]) -> Books:
    messages: dict[str, list[Message]] = {actor.id: [] for actor in actors}
    with database.session() as session:
        for row in session.exec(select(Message).order_by(col(Message.reserved_at))):
            messages.setdefault(row.user_id, []).append(row)
        reasons = {row.user_id: row.ended_reason for row in session.exec(select(Enrollment))}
    return Books(messages, reasons, echoes.answers(database))


def _unexpected(actor: Actor, books: Books) -> list[str]:
    got = [
        f"{row.template}/{row.channel}{echoes.told_of(row)}"
        for row in books.messages[actor.id]
        if row.state in WENT_OUT
    ]
    reason = books.reasons.get(actor.id) or "nothing: still under way"
    problems = []
    if list(map(echoes.plain, got)) != list(map(echoes.plain, actor.expects)):
        problems.append(f"{actor.id} should get {', '.join(actor.expects)}, got {', '.join(got) or 'nothing'}")
    mails = [row for row in books.messages[actor.id] if echoes.is_silent(row)]
    silent = {echoes.plain(f"{row.template}/{row.channel}") for row in mails}
    told = [one for one in actor.expects if echoes.plain(one) not in silent]
    problems += [f"{actor.id}: nobody reported {one}" for one in told if not echoes.holds(one, got)]
    if reason != actor.ends:
        problems.append(f"{actor.id} should end with {actor.ends}, ended with {reason}")
    return problems


def _unended(actor: Actor, books: Books) -> list[str]:
    return [] if books.reasons.get(actor.id) else [f"{actor.id} is still under way"]


def _miscounted(rows: list[Message], at_provider: Counter[Sent]) -> list[str]:
    problems = []
    for row in rows:
        count = at_provider[(row.channel, row.address, _spoken(row.content["text"]))]
        if count not in RIGHT_COUNTS.get(MessageState(row.state), {0}):
            problems.append(f"{row.user_id}: the provider has {row.template}/{row.channel} ({row.state}) {count} times")
    return problems


def _spoken(text: str) -> str:
    """Without line breaks, which the variables of approved words cannot have."""
    return " ".join(text.split())


def _provider(sandbox_url: str) -> Counter[Sent]:
    try:
        answer = requests.get(f"{sandbox_url}/messages", timeout=10)
        answer.raise_for_status()
        return Counter((one["channel"], one["to"], _spoken(one["text"])) for one in answer.json())
    except requests.RequestException as error:
        raise Unreachable(f"the sandbox at {sandbox_url} does not answer: {error}") from error
