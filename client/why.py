"""Why each message to a person was sent or not: decisions and what came of them, in the order in which it happened."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo
from typing import Any

from client import views
from client.views import PersonView
from domain.contact import telling
from domain.contact.hours import whereabouts
from domain.errors import NotFound
from models.database import Database
from models.decisions import StoredDecision
from models.messages import Message

FATE = "message"  # the rule of a line that tells what became of a message


@dataclass(frozen=True, slots=True)
class Reason:
    """One line: a decision, or what became of a message. Times are on the person's clock."""

    at: datetime
    journey: str
    step: str
    lap: int
    channel: str | None
    verdict: str
    rule: str
    sentence: str
    until: datetime | None = None
    inputs: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reasons:
    """All lines, the newest last, and the zone that their times are in."""

    zone: str
    lines: list[Reason]


def reasons(database: Database, user_id: str, message_id: str | None = None) -> Reasons:
    """About all messages, or about the step that one of them is of. Raises NotFound."""
    view = views.person(database, user_id)
    if message_id is not None:
        view = _about(view, message_id)
    zone, name, _ = whereabouts(view.person.zone, None)
    lines = sorted(_lines(view, zone), key=lambda one: one.at)
    return Reasons(name, lines)


def _about(view: PersonView, message_id: str) -> PersonView:
    """What is known of one message, and of the others of its step."""
    found = next((row for row in view.messages if row.id == message_id), None)
    if found is None:
        raise NotFound(f"{view.person.id} has no message {message_id}; `starter.py why {view.person.id}` tells of all")
    place = _place(found)
    messages = [row for row in view.messages if _place(row) == place]
    return replace(view, messages=messages, decisions=[row for row in view.decisions if _place(row) == place])


def _place(row: Message | StoredDecision) -> tuple[str | None, str, int]:
    return row.enrollment_id, row.step, row.pass_number


def _lines(view: PersonView, zone: tzinfo) -> Iterator[Reason]:
    journeys = {row.id: row.journey for row in view.enrollments}
    for one in view.decisions:
        sentence = telling.why(one.rule, one.channel, one.inputs, zone)
        about = (journeys.get(one.enrollment_id, ""), one.step, one.pass_number, one.channel or None)
        until = one.held_until.astimezone(zone) if one.held_until else None
        yield Reason(one.decided_at.astimezone(zone), *about, one.verdict, one.rule, sentence, until, one.inputs)
    for row in view.messages:
        sentence = telling.became(row.state, row.channel, row.reason, row.receipt)
        about = (journeys.get(row.enrollment_id or "", ""), row.step, row.pass_number, row.channel)
        at = (row.settled_at or row.reserved_at).astimezone(zone)
        yield Reason(at, *about, row.state, FATE, sentence, None, {"message": row.id, "template": row.template})
