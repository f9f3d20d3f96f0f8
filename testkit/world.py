"""What stands behind the kit: a world in which people go through journeys, virtual or on the real server.

The kit speaks to a world through this interface alone, so that a test means the same in both.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

from domain.delivery import Reported
from domain.errors import Conflict
from domain.journey.program import Program
from domain.machine.state import State
from domain.machine.stimuli import EventSeen, Order
from domain.verification.contacts import Contact
from testkit.people import Person
from testkit.seen import Message, Seen

Link = tuple[int, str]


class Passage(Protocol):
    """One person's way through one journey."""

    @property
    def state(self) -> State:
        """Where they are, as soon as everything that was begun is done."""
        ...

    @property
    def history(self) -> list[Seen]:
        """All decisions, messages (also those that failed, or are to be tried again) and effects, in their order."""
        ...

    def order(self, order: Order, reason: str) -> None:
        """Somebody pauses, resumes, skips or ends it."""
        ...


class World(Protocol):
    """Where time passes for all people of a test together. Times are `exact_to` so much, rounded down."""

    exact_to: timedelta

    def prepare(self, programs: Sequence[Program]) -> None:
        """These journeys exist from now on: their entry events let people in, and they let them into one another."""
        ...

    def enter(self, person: Person, program: Program, key: str, entry: EventSeen) -> Passage:
        """A person enters. Raises Conflict where the journey's re-entry rule says no."""
        ...

    def find(self, person: Person, program: Program, key: str) -> Passage | None:
        """Their last way through a journey, whoever let them in."""
        ...

    def reach(self, instant: datetime) -> None:
        """It is now this instant, and all that came due has happened."""
        ...

    def tell(self, person: Person, event: EventSeen) -> None:
        """A person did something: every journey hears of it that they are in and that it is about."""
        ...

    def verify(self, person: Person, contact: Contact) -> None:
        """A person has typed in the code that went to a contact point; the person knows already."""
        ...

    def report(self, passage: Passage, message: Message, reported: Reported, link: Link | None = None) -> None:
        """A provider says what became of a message: to the journey that sent it, and as an event to all.

        `link` is the number of the one that was clicked, and its host.
        """
        ...

    def learn(self, person: Person, attributes: dict[str, Any]) -> None:
        """Attributes of a person, or their zone, have changed; the person knows already."""
        ...


def not_again(person: Person, program: Program) -> Conflict:
    """The error for somebody whom the re-entry rule keeps out."""
    journey = program.journey
    rule = journey.reentry if isinstance(journey.reentry, str) else "later"
    why = {
        "never": "reentry is never",
        "always": "they are still in it",
        "later": "they are still in it, or it is too soon after they were",
    }[rule]
    return Conflict(f"{person.user} has entered {journey.journey} before, and {why}; another user may enter")
