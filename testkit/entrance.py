"""How people come into a test: `journey("onboarding").enter(plan="free")`."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from client.inputs import Happened
from domain.entering import key_of, lets_in
from domain.errors import BadInput, NotFound
from domain.journey.language import Split
from domain.journey.program import Program, every_step
from domain.journey.telling.notes import entry_in_words
from domain.machine.stimuli import EventSeen
from domain.splitting import share_of
from testkit.mistakes import check_spelling, unknown
from testkit.people import EMAIL, PHONE, Person, plain
from testkit.scene import Scene
from testkit.story import Line, with_values
from testkit.times import read_time
from testkit.traveller import Traveller
from testkit.world import Passage

__tracebackhide__ = True  # pytest shows the line of the test, and not ours

# What `enter` takes beside attributes.
SETTINGS = (
    *("user", "locale", "zone", "channels", "phone", "email", "messenger", "browser", "agreed"),
    *("at", "properties", "key", "shares", "attributes"),
)
MOST_TRIED = 100_000  # ids, before giving up to find one that falls into certain shares


class Journeys:
    """The fixture `journey`: call it with a journey's name, or with the text of a draft."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self.travellers: dict[Passage, Traveller] = {}

    def __call__(self, name: str) -> "Entrance":
        """The entrance of a journey. Raises NotFound, or JourneyProblems if its file is wrong."""
        program = self._scene.program(name)
        self._scene.open([program])
        return Entrance(self._scene, program, self.travellers)


class Entrance:
    """Where people enter one journey."""

    def __init__(self, scene: Scene, program: Program, travellers: dict[Passage, Traveller]) -> None:
        self._scene = scene
        self._program = program
        self._travellers = travellers

    def enter(
        self,
        *,
        user: str | None = None,
        locale: str | None = None,
        zone: str | None = None,
        channels: Sequence[str] = (),
        phone: str | None = PHONE,
        email: str | None = EMAIL,
        messenger: str | None = None,
        browser: bool = False,
        agreed: Sequence[str] | Mapping[str, str] = (),
        at: datetime | str | None = None,
        properties: Mapping[str, Any] | None = None,
        key: str | None = None,
        shares: Mapping[str, str] | None = None,
        attributes: Mapping[str, Any] | None = None,
        **more_attributes: Any,
    ) -> Traveller:
        """Somebody enters, and goes on until they have to wait; docs/testing-journeys.md tells what each name means.

        Raises BadInput for somebody whom the journey does not let in, Conflict for one who may not enter again.
        """
        check_spelling(more_attributes, (*SETTINGS, *self._program.attributes))
        person = self._person(user, shares or {})
        if browser:
            person.get_browser()
        said = {"locale": locale, "zone": zone, "channels": tuple(channels), "phone": phone, "email": email}
        news = self._said(person, said | {"messenger": messenger})
        person.learn({**news, "attributes": {**(attributes or {}), **more_attributes}})
        self._move(person, at)
        self._scene.check_topics(agreed)
        person.agree(agreed, self._scene.now)
        return self._let_in(person, with_key(self._program, plain(dict(properties or {})), key))

    def of(self, traveller: Traveller, key: str = "") -> Traveller:
        """The same person in this journey, which an event or another journey has let them enter. Raises NotFound."""
        person = self._scene.people[traveller.user]
        passage = self._scene.world.find(person, self._program, key)
        if passage is None:
            raise NotFound(f"{person.user} has not entered {self._program.journey.journey}")
        return self._travellers.get(passage) or self._follow(person, passage, "enters")

    def _move(self, person: Person, at: datetime | str | None) -> None:
        if at is not None:
            zone_there = person.zone_in(self._program)
            self._scene.move(read_time(at, zone_there), zone_there)

    def _said(self, person: Person, news: dict[str, Any]) -> dict[str, Any]:
        """What was said of the person; the kit's own addresses are only for somebody new."""
        usual = {PHONE, EMAIL} if person.user in self._scene.people else set()
        return {name: value for name, value in news.items() if value and value not in usual}

    def _let_in(self, person: Person, properties: dict[str, Any]) -> Traveller:
        scene, entry = self._scene, self._program.journey.entry
        if not lets_in(entry, person.attributes, properties, scene.now):
            raise BadInput(f"{person.user} is not let in: {_wanted(self._program)}; give properties or attributes")
        happened = Happened.of({"user_id": person.user, "name": entry.event, "properties": properties})
        event = EventSeen(entry.event, scene.now, happened.message_id, properties)
        scene.open(scene.together(self._program))
        passage = scene.world.enter(person, self._program, key_of(entry, properties) or "", event)
        scene.people[person.user] = person
        scene.begun = True
        return self._follow(person, passage, with_values(f"enters by {entry.event}", properties))

    def _follow(self, person: Person, passage: Passage, how: str) -> Traveller:
        log = [Line(passage.state.enrolled, how)]
        self._travellers[passage] = Traveller(self._scene, person, self._program, passage, log)
        return self._travellers[passage]

    def _person(self, user: str | None, shares: Mapping[str, str]) -> Person:
        wanted = [(self._split(split, share), share) for split, share in shares.items()]
        people = self._scene.people
        if user in people and not wanted:
            return people[user]
        base = user or f"person-{len(people) + 1}"
        for number in range(1, MOST_TRIED):
            name = base if number == 1 else f"{base}-{number}"
            falls = (share_of(name, self._program.journey.journey, step.id, step.split) for step, _ in wanted)
            if name not in people and list(falls) == [share for _, share in wanted]:
                return Person(name)
        raise BadInput(f"nobody falls into the shares {dict(shares)}")

    def _split(self, split: str, share: str) -> Split:
        splits = {step.id: step for step in every_step(self._program.journey.steps) if isinstance(step, Split)}
        if split not in splits:
            raise unknown("split", split, splits)
        if share not in splits[split].split:
            raise unknown(f"share of {split}", share, splits[split].split)
        return splits[split]


def with_key(program: Program, properties: dict[str, Any], key: str | None) -> dict[str, Any]:
    """The entry event's properties with the journey's key among them. Raises BadInput if it has none."""
    if key is None:
        return properties
    path = program.journey.entry.key
    if path is None:
        raise BadInput(f"{program.journey.journey} has no key; say by which property in its entry")
    first, *rest = path.split(".")
    inner: Any = key
    for name in reversed(rest):
        inner = {name: inner}
    return {**properties, first: inner}


def _wanted(program: Program) -> str:
    entry = program.journey.entry
    keyed = f", with its key {entry.key}" if entry.key else ""
    return f"{program.journey.journey} is for {entry_in_words(entry)}{keyed}"
