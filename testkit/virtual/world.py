"""A world whose clock moves when the test says so."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from domain.entering import key_of, may_enter_again
from domain.journey.program import Program
from domain.stimuli import AttributesChanged, EventSeen
from domain.templates import Templates
from testkit.people import Person
from testkit.provider import Provider
from testkit.times import START
from testkit.virtual.delivery import Desk
from testkit.virtual.passage import VirtualPassage
from testkit.world import not_again

# As much later everything is than the one thing that led to it: the next morning after 9:00 is tomorrow's, and an
# event that ended a wait came before the next step was reached. Without it both would be otherwise than in reality.
MOMENT = timedelta(microseconds=1)


class VirtualWorld:
    """As `testkit.world.World` says."""

    exact_to = timedelta(seconds=1)

    def __init__(self, templates: Templates, product: Mapping[str, str], provider: Provider) -> None:
        self.now = START
        self._late = timedelta(0)  # all moments so far
        self.desk = Desk(templates, product, provider)
        self._passages: list[VirtualPassage] = []

    def tick(self) -> None:
        """A moment passes."""
        self.now += MOMENT
        self._late += MOMENT

    def prepare(self, programs: Sequence[Program]) -> None:
        """Each passage brings its own; one that a journey lets people enter is not played along."""

    def enter(self, person: Person, program: Program, key: str, entry: EventSeen) -> VirtualPassage:
        """A person enters."""
        same = (person.user, program.journey.journey, key)
        before = [one for one in self._of(person) if (one.person.user, one.program.journey.journey, one.key) == same]
        if before and not may_enter_again(program.journey.reentry, before[-1].ended_at, self.now):
            raise not_again(person, program)
        passage = VirtualPassage(self, person, program, key, entry)
        self._passages.append(passage)
        passage.go_on()
        return passage

    def reach(self, instant: datetime) -> None:
        """Time passes, and what comes due happens at its instant, whoever's it is."""
        while due := [(one.due, one) for one in self._passages if one.due and one.due <= instant + self._late]:
            when, first = min(due, key=lambda pair: pair[0])
            self.now = max(self.now, when)
            first.go_on()
        self.now = instant + self._late

    def tell(self, person: Person, event: EventSeen) -> None:
        """An event is for the journeys that it is about: one that names another key than theirs is not."""
        self.tick()
        event = replace(event, at=self.now)
        for passage in self._of(person):
            if key_of(passage.program.journey.entry, event.properties) in (None, passage.key):
                passage.take(event)

    def learn(self, person: Person, attributes: dict[str, Any]) -> None:
        """All journeys of the person look at what has changed."""
        for passage in self._of(person):
            passage.take(AttributesChanged(attributes, person.zone))

    def _of(self, person: Person) -> list[VirtualPassage]:
        return [one for one in self._passages if one.person is person]
