"""A world whose clock moves when the test says so."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from domain.contact.policy import Policy
from domain.contact.priorities import Waiting
from domain.delivery import Reported
from domain.entering import key_of, lets_in, may_enter_again
from domain.journey.program import Program
from domain.machine.stimuli import AttributesChanged, EventSeen, ReceiptSeen
from domain.templates import Templates
from domain.verification.answers import purpose_of
from domain.verification.contacts import PROVES, Contact
from testkit.people import Person
from testkit.provider import Provider
from testkit.seen import Message
from testkit.times import START
from testkit.virtual.delivery import Desk
from testkit.virtual.passage import VirtualPassage
from testkit.world import Link, Passage, not_again

# As much later everything is than the one thing that led to it: the next morning after 9:00 is tomorrow's, and an
# event that ended a wait came before the next step was reached. Without it both would be otherwise than in reality.
MOMENT = timedelta(microseconds=1)


class VirtualWorld:
    """As `testkit.world.World` says."""

    exact_to = timedelta(seconds=1)

    def __init__(self, templates: Templates, product: Mapping[str, str], provider: Provider, policy: Policy) -> None:
        self.now = START
        self._late = timedelta(0)  # all moments so far
        self.desk = Desk(templates, product, provider, policy, waiting=self._waiting)
        self._programs: dict[str, Program] = {}
        self._passages: list[VirtualPassage] = []

    def tick(self) -> None:
        """A moment passes."""
        self.now += MOMENT
        self._late += MOMENT

    def prepare(self, programs: Sequence[Program]) -> None:
        """Keep them for whoever is let in by an event, or by another journey."""
        self._programs |= {program.journey.journey: program for program in programs}

    def enter(self, person: Person, program: Program, key: str, entry: EventSeen) -> VirtualPassage:
        """A person enters."""
        passage = self.admit(person, program.journey.journey, key, entry)
        if passage is None:
            raise not_again(person, program)
        return passage

    def find(self, person: Person, program: Program, key: str) -> VirtualPassage | None:
        """Their last way through a journey."""
        about = (program.journey.journey, key)
        return next(
            (one for one in reversed(self._of(person)) if (one.program.journey.journey, one.key) == about), None
        )

    def admit(self, person: Person, journey: str, key: str, entry: EventSeen | None = None) -> VirtualPassage | None:
        """Let a person in, None if the re-entry rule says no."""
        program = self._programs[journey]
        before = self.find(person, program, key)
        if before and not may_enter_again(program.journey.reentry, before.ended_at, self.now):
            return None
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
        """It lets people in, and is heard by the journeys that it is about: those of another key than its are not."""
        self.tick()
        event = replace(event, at=self.now)
        there = self._of(person)
        for program in list(self._programs.values()):
            entry = program.journey.entry
            if entry.event == event.name and lets_in(entry, person.attributes, event.properties, self.now):
                self.admit(person, program.journey.journey, key_of(entry, event.properties) or "", event)
        for passage in there:
            if key_of(passage.program.journey.entry, event.properties) in (None, passage.key):
                passage.take(event)

    def verify(self, person: Person, contact: Contact) -> None:
        """As an event, like everything that people do."""
        once = f"verification:{uuid4().hex}"
        self.tell(person, EventSeen(PROVES[contact], self.now, once, {"purpose": purpose_of(contact)}))

    def report(self, passage: Passage, message: Message, reported: Reported, link: Link | None = None) -> None:
        """To the journey first: what its event leads to may ask for it."""
        mine = next(one for one in self._passages if one is passage)
        place = (mine.enrollment, message.step, message.pass_number, message.channel)
        self.desk.answers.report(mine.person.user, place, reported)
        mine.take(ReceiptSeen(message.step, message.pass_number, reported, self.now, message.channel))
        journey = mine.program.journey.journey
        once = f"receipt:{journey}/{mine.key}:{message.step}:{message.pass_number}:{message.channel}:{reported}"
        about: dict[str, Any] = {"channel": message.channel, "step": message.step}
        about |= {"template": message.template, "journey": journey}
        about |= dict(zip(("link", "host"), link or (), strict=False))
        self.tell(mine.person, EventSeen(f"message_{reported}", self.now, once, about))

    def learn(self, person: Person, attributes: dict[str, Any]) -> None:
        """All journeys of the person look at what has changed."""
        for passage in self._of(person):
            passage.take(AttributesChanged(attributes, person.zone))

    def _waiting(self, person: Person) -> list[Waiting]:
        return [one.waiting for one in self._of(person) if one.waiting]

    def _of(self, person: Person) -> list[VirtualPassage]:
        return [one for one in self._passages if one.person is person]
