"""Whose each item is, before anything is changed: ids that were merged, people who are new, erased or unknown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from client.accepted import Ignored
from client.inputs import Happened, Item, Merged, Profile
from domain.errors import Conflict, Gone, HomingError, NotFound
from models.crowd import Place

ERASED = "the person was erased, on request; nothing is kept of them any more"


@dataclass(frozen=True, slots=True)
class Merge:
    """Of the item at this place: one person becomes another."""

    index: int
    previous: str
    user: str


@dataclass(frozen=True, slots=True)
class Said:
    """The item at this place is about this person."""

    index: int
    user: str
    item: Profile | Happened


@dataclass(slots=True)
class Plan:
    """What is to be done, in the order of the items; whom to hold, and who of them is not there yet."""

    steps: list[Merge | Said] = field(default_factory=list)
    ignored: list[Ignored] = field(default_factory=list)
    repeated: int = 0
    held: set[str] = field(default_factory=set)
    lacking: set[str] = field(default_factory=set)

    @property
    def merges(self) -> bool:
        """Whether anybody is to be merged."""
        return any(isinstance(step, Merge) for step in self.steps)


def ids_in(items: Sequence[Item]) -> list[str]:
    """Every id that items name, each once."""
    previous = [item.previous_id for item in items if isinstance(item, Merged)]
    return list(dict.fromkeys([*(item.user_id for item in items), *previous]))


def make_plan(
    items: Sequence[Item], places: Mapping[str, Place], erased: set[str], *, strangers: bool, newcomers: bool = True
) -> Plan:
    """What the items come to. Raises NotFound, Gone or Conflict, if `strangers` does not excuse it.

    Without `newcomers` a profile is news of somebody, and makes nobody known.
    """
    planner = _Planner(places, erased, strangers, newcomers)
    for index, item in enumerate(items):
        planner.take(index, item)
    return planner.plan


class _Planner:
    def __init__(self, places: Mapping[str, Place], erased: set[str], strangers: bool, newcomers: bool) -> None:
        self.plan = Plan()
        self._newcomers = newcomers
        self._strangers = strangers
        self._erased = erased
        self._merged = {one: place.user for one, place in places.items() if place.user != one}
        self._there = {place.user for place in places.values() if place.exists}
        self._identified = {place.user for place in places.values() if place.identified}

    def take(self, index: int, item: Item) -> None:
        """One item."""
        user = self._resolve(item.user_id)
        if isinstance(item, Merged):
            self._merge(index, self._resolve(item.previous_id), user)
        elif user in self._erased:
            lenient = self._strangers or isinstance(item, Happened)
            self._refuse(index, Gone(f"{user} cannot be told of: {ERASED}"), lenient=lenient)
        else:
            self._expect(user, may_be_new=self._newcomers and isinstance(item, Profile))
            self._identified |= {user} if isinstance(item, Profile) and item.signup else set()
            self.plan.steps.append(Said(index, user, item))

    def _merge(self, index: int, previous: str, user: str) -> None:
        if previous == user:
            self.plan.repeated += 1
        elif {previous, user} & self._erased:
            self._refuse(index, Gone(f"{previous} cannot become {user}: {ERASED}"), lenient=self._strangers)
        elif previous in self._identified:
            message = f"{previous} cannot become {user}: both are known people; only an anonymous one can be merged"
            self._refuse(index, Conflict(message), lenient=self._strangers)
        else:
            self._expect(user, may_be_new=False)
            self._expect(previous, may_be_new=True)
            self._there.discard(previous)
            self._merged[previous] = user
            self.plan.steps.append(Merge(index, previous, user))

    def _expect(self, user: str, *, may_be_new: bool) -> None:
        """Somebody is to be there; who is not is made, if that may be."""
        if user not in self._there:
            if not (may_be_new or self._strangers):
                raise NotFound(f"nobody is known by the id {user}; sign them up first")
            self.plan.lacking.add(user)
            self._there.add(user)
        self.plan.held.add(user)

    def _refuse(self, index: int, error: HomingError, *, lenient: bool) -> None:
        if not lenient:
            raise error
        self.plan.ignored.append(Ignored(index, str(error)))

    def _resolve(self, one: str) -> str:
        while one in self._merged:
            one = self._merged[one]
        return one
