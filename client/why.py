"""Why each message to a person was sent or not: decisions and what came of them, in the order in which it happened."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Any

from client import views
from client.views import PersonView
from domain.contact import fates, telling
from domain.contact.hours import whereabouts
from domain.delivery import MessageState
from models.database import Database

MOST = 200
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
    """Lines, the newest last, and the zone that their times are in."""

    zone: str
    lines: list[Reason]
    more: bool  # whether there are older ones


def reasons(database: Database, user_id: str, most: int = MOST, message_id: str | None = None) -> Reasons:
    """The newest lines, or those about the step that one message is of. Raises NotFound."""
    view = views.person(database, user_id, most + 1, message_id)
    zone, name, _ = whereabouts(view.person.zone, None)
    lines = sorted(_lines(view, zone), key=_moment)
    return Reasons(name, lines[-most:], more=len(lines) > most)


def _moment(line: Reason) -> tuple[datetime, int]:
    """Of one instant, first what was decided, then what failed, then what took its place."""
    return line.at, 0 if line.rule != FATE else 1 if line.verdict == MessageState.FAILED else 2


def _lines(view: PersonView, zone: tzinfo) -> Iterator[Reason]:
    journeys = {row.id: row.journey for row in view.enrollments}
    for one in view.decisions:
        sentence = telling.why(one.rule, one.channel, one.inputs, zone)
        about = (journeys.get(one.enrollment_id, ""), one.step, one.pass_number, one.channel or None)
        until = one.held_until.astimezone(zone) if one.held_until else None
        yield Reason(one.decided_at.astimezone(zone), *about, one.verdict, one.rule, sentence, until, one.inputs)
    for row in view.messages:
        sentence = fates.became(row.state, row.channel, row.reason, row.receipt, row.failed_reason)
        about = (journeys.get(row.enrollment_id or "", ""), row.step, row.pass_number, row.channel)
        at = (row.settled_at or row.reserved_at).astimezone(zone)
        yield Reason(at, *about, row.state, FATE, sentence, None, {"message": row.id, "template": row.template})
