"""Input is taken in one transaction: people, events, enrollments, and what is to be told to workflows, or nothing.

The number of statements does not depend on how many items there are. Everybody concerned is held in the order of
their ids, so whatever else happens to them comes before or after, and nobody waits in a circle.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session

from client.accepted import Accepted
from client.batch import Hall, take_part
from client.inputs import SIGNED_UP, Item
from client.library import Library
from client.merging import merge
from client.planning import Merge, Plan, Said, ids_in, make_plan
from domain.errors import BadInput, Misconfigured, Unreachable
from models import crowd, erasure, outbox
from models.crowd import Known
from models.database import Database
from models.outbox import Telling

BUSY = "these people are being merged or erased at this moment; send it again"
MOST_TRIES = 10  # when people are merged, erased or made by others just now


@dataclass(frozen=True, slots=True)
class Rules:
    """How to take items; `besides` is a workflow that caused them, `key` hides the ids of those who were erased."""

    strangers: bool
    now: datetime
    key: str | None = None
    besides: str | None = None
    clock: Callable[[], datetime] | None = None  # for when these people are held, after waiting for others
    signing_up: bool = False  # somebody does so by hand: it is worth a word if there is no journey for that
    watched: frozenset[str] = frozenset()  # events that open pages are told of
    also: Callable[[Session], None] | None = None  # what else belongs into the transaction, once the items are taken


@dataclass(slots=True)
class Stored:
    """What was written: what to answer, whom it was about, and the rows of the outbox by their ids."""

    accepted: Accepted
    users: set[str] = field(default_factory=set)
    tellings: dict[int, Telling] = field(default_factory=dict)


class _Changed(Exception):
    """Somebody was merged, erased or made by others between the first look and the hold."""


def take(database: Database, library: Library, items: Sequence[Item], rules: Rules) -> Stored:
    """Take all items, or none. Raises BadInput, NotFound, Gone, Conflict, Misconfigured or Unreachable."""
    for _ in range(MOST_TRIES):
        try:
            with database.session() as session:
                stored = _Taking(session, library, rules).take(items)
                if rules.also:
                    rules.also(session)
                return stored
        except _Changed:
            continue
    raise Unreachable(BUSY)


def take_within(session: Session, library: Library, items: Sequence[Item], rules: Rules) -> Stored:
    """The same in a transaction that has begun, and holds the people concerned."""
    try:
        return _Taking(session, library, rules).take(items)
    except _Changed as error:
        raise Unreachable(BUSY) from error


class _Taking:
    """One transaction."""

    def __init__(self, session: Session, library: Library, rules: Rules) -> None:
        self._session = session
        self._library = library
        self._rules = rules
        self._tellings: list[Telling] = []
        self._counts: Counter[bool] = Counter()  # by whether an item was new

    def take(self, items: Sequence[Item]) -> Stored:
        """All of it."""
        plan = self._plan(items)
        rules = self._rules
        people = self._hold(plan)
        held_at = rules.clock() if rules.clock else rules.now
        about = (rules.now, rules.strangers, rules.besides, held_at, plan.lacking, rules.watched)
        hall = Hall(self._session, self._library, people, *about)
        for part in _parts(plan.steps):
            self._take_part(hall, part)
        ids = outbox.add(self._session, self._tellings)
        if self._rules.signing_up and not ids:
            self._check_entrance()
        accepted = Accepted(self._counts[True], self._counts[False] + plan.repeated, tuple(plan.ignored))
        return Stored(accepted, set(plan.held), dict(zip(ids, self._tellings, strict=True)))

    def _plan(self, items: Sequence[Item]) -> Plan:
        places = crowd.look(self._session, ids_in(items))
        unknown = {place.user for place in places.values() if not place.exists}
        excused = {"strangers": self._rules.strangers, "newcomers": self._rules.besides is None}
        return make_plan(items, places, self._erased(unknown), **excused)

    def _erased(self, ids: set[str]) -> set[str]:
        if not ids:
            return set()
        if self._rules.key is not None:
            return erasure.erased(self._session, self._rules.key, ids)
        if erasure.anybody(self._session):
            raise Misconfigured("people were erased, and must stay so: set HOMING_HASH_KEY to the key of that time")
        return set()

    def _hold(self, plan: Plan) -> dict[str, Known]:
        """Everybody concerned, as the plan expects them; what was seen without holding them may have changed."""
        if plan.lacking and not self._create(plan):
            raise _Changed
        people = crowd.hold(self._session, plan.held, to_remove=plan.merges)
        merged = {step.previous for step in plan.steps if isinstance(step, Merge)}
        if len(people) < len(plan.held) or any(people[one].identified for one in merged):
            raise _Changed
        return people

    def _create(self, plan: Plan) -> bool:
        """Make those who are new; False if they were not, or are no more."""
        if crowd.create(self._session, plan.held, self._rules.now) != plan.lacking:
            return False
        places = crowd.look(self._session, plan.lacking)
        return all(place.user == one for one, place in places.items()) and not self._erased(plan.lacking)

    def _take_part(self, hall: Hall, part: list[Said] | Merge) -> None:
        if isinstance(part, Merge):
            outcome, counts = merge(hall, part.previous, part.user), [True]
        else:
            outcome, counts = take_part(hall, part)
        hall.write(outcome)
        self._counts.update(counts)
        self._tellings += outcome.tellings

    def _check_entrance(self) -> None:
        if not any(one.row.entry_event == SIGNED_UP for one in self._library.newest(self._session)):
            raise BadInput(
                f"no published journey starts on {SIGNED_UP}; run `starter.py journeys publish`, or store the person "
                'without a signup (over HTTP by "signup": false)'
            )


def _parts(steps: Sequence[Said | Merge]) -> list[list[Said] | Merge]:
    """Merges apart, and in between all that can be taken in together."""
    parts: list[list[Said] | Merge] = []
    for step in steps:
        if isinstance(step, Merge):
            parts.append(step)
        elif parts and isinstance(parts[-1], list):
            parts[-1].append(step)
        else:
            parts.append([step])
    return parts
