"""One test: its world, its time, its people and the journeys that they are in."""

from collections.abc import Iterable, Sequence
from datetime import datetime, tzinfo

from domain.contact.consent import EVERYTHING
from domain.errors import NotFound
from domain.journey.language import Enter
from domain.journey.program import Program, every_step
from domain.links.scope import TRACKING
from testkit.mistakes import unknown
from testkit.people import Person
from testkit.shelf import Shelf
from testkit.times import START, check_forward
from testkit.world import World

__tracebackhide__ = True  # pytest shows the line of the test, and not ours


class Scene:
    """Time is the same for all people of a test, and passes when the test says so."""

    def __init__(self, shelf: Shelf, world: World) -> None:
        self.shelf = shelf
        self.world = world
        self.now = START
        self.people: dict[str, Person] = {}
        self.begun = False  # whether anybody has entered
        self.entries: set[str] = set()  # the events that let people into a journey of this test
        self._topics = {EVERYTHING, TRACKING}
        self._drafts: dict[str, Program] = {}

    def move(self, instant: datetime, zone: tzinfo) -> None:
        """It is now this instant; before anybody has entered, it may be any. Raises BadInput for one that is past."""
        if self.begun:
            check_forward(self.now, instant, zone)
        self.world.reach(instant)
        self.now = instant

    def program(self, journey: str) -> Program:
        """A journey by its name, or one whose file's text is given; that goes by its own name from then on."""
        if "\n" in journey:
            draft = self.shelf.draft(journey)
            self._drafts[draft.journey.journey] = draft
            return draft
        return self._drafts.get(journey) or self.shelf.program(journey)

    def open(self, programs: Sequence[Program]) -> None:
        """People may enter these journeys from now on."""
        self.entries |= {program.journey.entry.event for program in programs}
        self._topics |= {program.journey.topic for program in programs}
        self.world.prepare(programs)

    def check_topics(self, topics: Iterable[str]) -> None:
        """Raises NotFound for one that no journey of the test is about."""
        for topic in topics:
            if topic not in self._topics:
                raise unknown("topic", topic, self._topics)

    def together(self, program: Program) -> list[Program]:
        """The journey with all that it lets people enter by itself. Raises NotFound for one that does not exist."""
        found = {program.journey.journey: program}
        left = [program]
        while left:
            journey = left.pop().journey
            for step in every_step(journey.steps):
                if isinstance(step, Enter) and step.enter not in found:
                    found[step.enter] = self._entered(step, journey.journey)
                    left.append(found[step.enter])
        return list(found.values())

    def _entered(self, step: Enter, journey: str) -> Program:
        try:
            return self.program(step.enter)
        except NotFound as error:
            raise NotFound(f"step {step.id} of {journey}: {error}") from error
