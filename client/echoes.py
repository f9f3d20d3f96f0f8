"""Who is to hear of receipts: running journeys whose conditions look at them, and those that wait for events of them.

Millions of deliveries interest nobody. Receipts are the record; events are stored only where a journey names them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from client.inputs import Happened
from client.library import Library
from domain.delivery import ChannelName, Reported
from models import ways
from models.enrollments import Enrollment
from models.messages import Message
from models.outbox import Telling
from models.receipts import story_of
from workflows.inputs import ReceiptSignal

EVENTS = {reported: f"message_{reported}" for reported in Reported}


@dataclass(frozen=True, slots=True)
class Told:
    """What has become of a message and when; of a click on a link of ours also which, and whose site it leads to."""

    message: Message
    reported: Reported
    at: datetime
    link: tuple[int, str] | None = None


class Echoes:
    """For the receipts of one transaction."""

    def __init__(self, session: Session, library: Library) -> None:
        self._session = session
        self._library = library

    def tellings(self, changes: Sequence[tuple[Message, Reported]]) -> list[Telling]:
        """The signals to running journeys that look at these steps' receipts."""
        enrollments = self._enrollments(message for message, _ in changes)
        editions = self._library.get(self._session, {(one.journey, one.version) for one in enrollments.values()})
        found = []
        for message, reported in changes:
            row = enrollments.get(message.enrollment_id or "")
            edition = editions.get((row.journey, row.version)) if row else None
            if row and edition and row.ended_at is None and message.step in edition.program.receipts:
                found.append(_telling(row, message, reported))
        return found

    def happened(self, told: Sequence[Told]) -> list[Happened]:
        """The events that journeys wait for. They have the same ids each time they are asked for."""
        told = [one for one in told if one.message.user_id]  # a code may go to who is nobody yet
        wanted = self._wanted({one.message.user_id for one in told}) if told else set()
        heard = [one for one in told if {(who, EVENTS[one.reported]) for who in (one.message.user_id, "")} & wanted]
        enrollments = self._enrollments(one.message for one in heard)
        return [_happened(one, enrollments.get(one.message.enrollment_id or "")) for one in heard]

    def _wanted(self, users: set[str]) -> set[tuple[str, str]]:
        """The persons with the events that their running journeys name; "" for what lets anybody into a journey."""
        names = set(EVENTS.values())
        running = ways.listening(self._session, users, names, ())
        editions = self._library.get(self._session, {(way.journey, way.version) for way in running})
        named = {(way.user_id, name) for way in running for name in names & editions[way.journey, way.version].events}
        return named | {("", one.row.entry_event) for one in self._library.newest(self._session)}

    def _enrollments(self, found: Iterable[Message]) -> dict[str, Enrollment]:
        ids = {message.enrollment_id for message in found if message.enrollment_id}
        rows = self._session.exec(select(Enrollment).where(col(Enrollment.id).in_(ids))) if ids else ()
        return {row.id: row for row in rows}


def _telling(row: Enrollment, message: Message, reported: Reported) -> Telling:
    signal = ReceiptSignal(
        step=message.step,
        pass_number=message.pass_number,
        outcome=reported,
        at=story_of(message).when(reported),
        id=_id(message, reported),
        channel=ChannelName(message.channel),
    )
    return Telling(row.user_id, "receipt", row.workflow_id, row.id, signal.model_dump(mode="json"))


def _happened(told: Told, row: Enrollment | None) -> Happened:
    message = told.message
    about: dict[str, Any] = {"channel": message.channel, "step": message.step, "template": message.template}
    if row:
        about["journey"] = row.journey
    if told.link:
        about["link"], about["host"] = told.link
    return Happened(
        user_id=message.user_id,
        name=EVENTS[told.reported],
        properties=about,
        message_id=f"receipt:{_id(message, told.reported)}",
        at=told.at,
    )


def _id(message: Message, reported: Reported) -> str:
    return f"{message.id}:{reported}"
