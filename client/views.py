"""What is known of people, read from PostgreSQL alone: it costs Temporal nothing."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from domain.errors import NotFound
from models import crowd, decisions, enrollments, messages, people
from models.database import Database
from models.decisions import StoredDecision
from models.enrollments import Enrollment
from models.messages import Message
from models.people import Person


@dataclass(frozen=True, slots=True)
class PersonView:
    """A person with their journeys and their newest messages and decisions, oldest first."""

    person: Person
    enrollments: list[Enrollment]
    messages: list[Message]
    decisions: list[StoredDecision]


@dataclass(frozen=True, slots=True)
class PersonLine:
    """A person in a list: how many journeys run, how many messages went out, and when the last."""

    person: Person
    running: int
    messages: int
    last_message_at: datetime | None


def find(session: Session, user_id: str) -> Person:
    """The person of this id, or of the one that it was merged into. Raises NotFound."""
    found = people.find_person(session, crowd.look(session, [user_id])[user_id].user)
    if found is None:
        raise NotFound(f"nobody is known by the id {user_id}")
    return found


def person(database: Database, user_id: str, most: int, message_id: str | None = None) -> PersonView:
    """A person with so many messages and decisions, or with those of one message's step. Raises NotFound."""
    with database.session() as session:
        found = find(session, user_id)
        user_id = found.id
        journeys = enrollments.of_person(session, user_id)
        return PersonView(found, journeys, *_deliveries(session, user_id, most, message_id))


def _deliveries(
    session: Session, user_id: str, most: int, message_id: str | None
) -> tuple[list[Message], list[StoredDecision]]:
    if message_id is None:
        return messages.newest(session, user_id, most), decisions.newest(session, user_id, most)
    one = messages.find(session, user_id, message_id)
    if one is None:
        raise NotFound(f"{user_id} has no message {message_id}; `starter.py why {user_id}` tells of all")
    about = decisions.About(one.enrollment_id or "", user_id, one.step, one.pass_number)
    return messages.of_same_step(session, one), decisions.of_step(session, about)


def page(database: Database, limit: int, after: str = "") -> list[PersonLine]:
    """People by id, `limit` of them after the id `after`; three queries however many there are."""
    with database.session() as session:
        found = people.everyone(session, limit, after)
        ids = [one.id for one in found]
        running = enrollments.count_running(session, ids)
        sent = messages.count_accepted(session, ids)
        return [PersonLine(one, running.get(one.id, 0), *sent.get(one.id, (0, None))) for one in found]
