"""What a person has agreed to and taken back, as it was said: when, how, and who wrote it down."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from client.views import find
from domain.addresses import fingerprint
from domain.contact.consent import EVERYTHING
from models import consents, pauses, people, suppressions
from models.consents import Consent
from models.database import Database
from models.pauses import Pause
from models.suppressions import Suppression

OUTSIDE = "provider"  # who wrote down what came by a webhook: a STOP, a bounce, a complaint


class Change(StrEnum):
    """What was changed."""

    AGREED = "agreed"
    TAKEN_BACK = "taken_back"
    PAUSED = "paused"
    RESUMED = "resumed"
    SUPPRESSED = "suppressed"  # nothing goes to that address of theirs
    FREED = "freed"


@dataclass(frozen=True, slots=True)
class Said:
    """One change; `topic` and `channel` are None where it is about all of them."""

    at: datetime
    change: Change
    topic: str | None = None
    channel: str | None = None
    kind: str | None = None
    until: datetime | None = None
    source: str = ""
    by: str = ""


def history(database: Database, user_id: str) -> list[Said]:
    """Every change, oldest first: what they said, their pauses, and whether their addresses may be written to."""
    with database.session() as session:
        person = find(session, user_id)
        changes = [*map(_consent, consents.of_person(session, person.id))]
        changes += map(_pause, pauses.of_person(session, person.id))
        addresses = [fingerprint(one.channel, one.address) for one in people.endpoints(session, person.id)]
        for row in suppressions.of_addresses(session, addresses):
            changes += _suppression(row)
    return sorted(changes, key=lambda one: one.at)


def say(database: Database, user_id: str, statement: Mapping[str, Any]) -> None:
    """Keep a statement, a row of `consents`. Raises NotFound."""
    with database.session() as session:
        consents.record(session, find(session, user_id).id, [statement])


def _consent(row: Consent) -> Said:
    change = Change.AGREED if row.given else Change.TAKEN_BACK
    topic = None if row.topic == EVERYTHING else row.topic
    return Said(row.at, change, topic, row.channel or None, row.kind, source=row.source, by=row.by)


def _pause(row: Pause) -> Said:
    pauses_now = row.until_at > row.at
    until = row.until_at if pauses_now else None
    change = Change.PAUSED if pauses_now else Change.RESUMED
    return Said(row.at, change, until=until, source=row.source, by=row.by)


def _suppression(row: Suppression) -> Iterator[Said]:
    changes = {Change.SUPPRESSED: row.since_at, Change.FREED: row.ended_at}
    if row.ended_at == row.since_at:
        del changes[Change.SUPPRESSED]  # it was only ever freed
    for change, at in changes.items():
        if at:
            yield Said(at, change, channel=row.channel, source=row.reason, by=OUTSIDE)
