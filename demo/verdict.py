"""Did everybody get what they should, exactly once? Judged by what the provider has, not by what we believe."""

from collections import Counter
from dataclasses import dataclass

import requests
from sqlmodel import Session, col, select

from demo.scenario import Actor
from domain.delivery import MessageState
from domain.errors import Unreachable
from models.database import Database
from models.enrollments import Enrollment
from models.messages import Message

Sent = tuple[str, str, str]  # channel, address, text
WENT_OUT = (MessageState.ACCEPTED, MessageState.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Verdict:
    """`problems` is empty when all is well."""

    people: int
    messages: int
    unknown: int
    problems: list[str]


def judge(database: Database, actors: list[Actor], sandbox_url: str) -> Verdict:
    """Compare the scenario's expectations, our own books and the provider's."""
    at_provider = _provider(sandbox_url)
    with database.session() as session:
        rows = {actor.id: _messages(session, actor.id) for actor in actors}
        reasons = {row.user_id: row.ended_reason for row in session.exec(select(Enrollment))}
    problems = [
        problem
        for actor in actors
        for problem in (*_of_actor(actor, rows[actor.id], reasons.get(actor.id)), *_twice(rows[actor.id], at_provider))
    ]
    sent = [row for mine in rows.values() for row in mine if row.state in WENT_OUT]
    unknown = sum(row.state == MessageState.UNKNOWN for row in sent)
    return Verdict(len(actors), len(sent), unknown, problems)


def all_ended(database: Database, actors: list[Actor]) -> bool:
    """Whether everybody's journey is over."""
    with database.session() as session:
        over = session.exec(select(Enrollment.user_id).where(col(Enrollment.ended_at).is_not(None)))
        return {actor.id for actor in actors} <= set(over)


def _of_actor(actor: Actor, rows: list[Message], reason: str | None) -> list[str]:
    got = [f"{row.template}/{row.channel}" for row in rows if row.state in WENT_OUT]
    problems = []
    if got != list(actor.expects):
        problems.append(f"{actor.id} should get {', '.join(actor.expects)}, got {', '.join(got) or 'nothing'}")
    if reason != actor.ends:
        problems.append(f"{actor.id} should end with {actor.ends}, ended with {reason or 'nothing: still under way'}")
    return problems


def _twice(rows: list[Message], at_provider: Counter[Sent]) -> list[str]:
    """Messages that the provider does not have exactly once; a message of unknown outcome may be missing."""
    problems = []
    for row in rows:
        count = at_provider[(row.channel, row.address, row.content["text"])]
        allowed = {MessageState.ACCEPTED: {1}, MessageState.UNKNOWN: {0, 1}}.get(MessageState(row.state), {0})
        if count not in allowed:
            problems.append(f"{row.user_id}: the provider has {row.template}/{row.channel} ({row.state}) {count} times")
    return problems


def _messages(session: Session, user_id: str) -> list[Message]:
    mine = select(Message).where(Message.user_id == user_id)
    return list(session.exec(mine.order_by(col(Message.reserved_at))))


def _provider(sandbox_url: str) -> Counter[Sent]:
    try:
        answer = requests.get(f"{sandbox_url}/messages", timeout=10)
        answer.raise_for_status()
        return Counter((one["channel"], one["to"], one["text"]) for one in answer.json())
    except requests.RequestException as error:
        raise Unreachable(f"the sandbox at {sandbox_url} does not answer: {error}") from error
