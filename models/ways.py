"""Enrollments of many people at once: each function is one statement, whose people are held (`crowd.hold`)."""

import json
from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import text
from sqlmodel import Session

from domain.entering import may_enter_again
from domain.journey.head import Reentry

MERGED = "merged"  # the reason for which ways of a previous id end; they do not keep anybody from entering again


@dataclass(frozen=True, slots=True)
class Way:
    """One enrollment, as far as news need to know it."""

    id: str
    user_id: str
    journey: str
    version: str
    key: str
    entry: int
    workflow_id: str


@dataclass(frozen=True, slots=True)
class Last:
    """The last time that a person was in a journey under a key; `ended_at` is None while they are."""

    entry: int
    ended_at: datetime | None
    ended_reason: str | None


Place = tuple[str, str, str]  # journey, person, key

LISTENING = text("""
    select one.id, one.user_id, one.journey, one.version, one.key, one.entry, one.workflow_id
    from enrollments as one join journey_versions as version
        on version.journey = one.journey and version.version = one.version
    where one.user_id = any(cast(:users as text[])) and one.ended_at is null and (
        version.events ?| cast(:events as text[]) or version.attributes ?| cast(:attributes as text[])
    )
    order by one.started_at, one.id
""")
LAST = text("""
    select given.journey, given.user_id, given.key, one.entry, one.ended_at, one.ended_reason
    from jsonb_to_recordset(cast(:places as jsonb)) as given (journey text, user_id text, key text)
    cross join lateral (
        select entry, ended_at, ended_reason from enrollments
        where journey = given.journey and user_id = given.user_id and key = given.key
        order by entry desc limit 1
    ) as one
""")
OPEN = text("""
    insert into enrollments (id, user_id, journey, version, key, entry, workflow_id, started_at, progress)
    select id, user_id, journey, version, key, entry, workflow_id, :now, '{}'
    from jsonb_to_recordset(cast(:rows as jsonb)) as given (
        id text, user_id text, journey text, version text, key text, entry integer, workflow_id text
    )
""")


def listening(
    session: Session, users: Collection[str], events: Collection[str], attributes: Collection[str]
) -> list[Way]:
    """The running enrollments of these people whose version names one of the events or attributes, oldest first."""
    if not users or not (events or attributes):
        return []
    values = {"users": list(users), "events": list(events), "attributes": list(attributes)}
    return [Way(*row) for row in session.connection().execute(LISTENING, values)]


def last(session: Session, places: Collection[Place]) -> dict[Place, Last]:
    """The last enrollment at each of these places, where there is one."""
    if not places:
        return {}
    rows = [{"journey": journey, "user_id": user, "key": key} for journey, user, key in places]
    found = session.connection().execute(LAST, {"places": json.dumps(rows)})
    return {(journey, user, key): Last(*rest) for journey, user, key, *rest in found}


def next_entry(rule: Reentry, last: Last | None, now: datetime) -> int | None:
    """The number under which a person enters now, None if they are in it, or the rule keeps them out."""
    if last is None:
        return 1
    again = last.ended_reason == MERGED or may_enter_again(rule, last.ended_at, now)
    return max(last.entry, 0) + 1 if again else None


def open_all(session: Session, ways: Iterable[Way], now: datetime) -> None:
    """Enroll."""
    rows = [asdict(way) for way in ways]
    if rows:
        session.connection().execute(OPEN, {"rows": json.dumps(rows), "now": now})
