"""Items between two merges, taken together: stored with one statement, then folded in memory in their order."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session

from client.folding import Crowd, Fold, News, Outcome
from client.inputs import SIGNED_UP, Happened, Profile
from client.library import Edition, Library
from client.planning import Said
from domain.delivery import NEED_NO_CONTACT
from domain.entering import key_of
from domain.errors import BadInput
from models import crowd, events, live, ways
from models.crowd import Known
from models.journeys import ZONE
from models.ways import Place, Way

IDENTIFIED = "$identified"  # the event by which a profile with a message id is known to have been taken


@dataclass(frozen=True, slots=True)
class Hall:
    """What the parts of one transaction share: people who are held, and where versions are found."""

    session: Session
    library: Library
    people: dict[str, Known]
    now: datetime
    lenient: bool
    besides: str | None = None
    held_at: datetime | None = (
        None  # later than `now` if somebody else had held these people: nobody enters before that
    )
    newcomers: set[str] = field(default_factory=set)  # made just now; the first that is said of them is new
    watched: frozenset[str] = frozenset()  # events that open pages are told of

    def fold(self, users: Collection[str], news: Sequence[News], attributes: Collection[str]) -> Fold:
        """Ready to take in these news."""
        newest = self.library.newest(self.session) if news else []
        names = {one.name for one in news}
        running: dict[str, list[Way]] = {}
        for way in ways.listening(self.session, users, names, attributes):
            running.setdefault(way.user_id, []).append(way)
        on = {(way.journey, way.version) for mine in running.values() for way in mine}
        library = self.library.get(self.session, on | {(one.row.journey, one.row.version) for one in newest})
        places = {(one.row.journey, item.user, key) for one in newest for item, key in _entering(one, news)}
        return self._meet(Crowd(self.people, newest, library, running, ways.last(self.session, places)))

    def fold_at(self, place: Place) -> Fold:
        """Ready to let somebody in at this place."""
        return self._meet(Crowd(self.people, [], {}, {}, ways.last(self.session, [place])))

    def _meet(self, met: Crowd) -> Fold:
        return Fold(met, self.now, lenient=self.lenient, besides=self.besides)

    def write(self, outcome: Outcome) -> None:
        """What the news have changed."""
        crowd.save(self.session, outcome.changed.values(), self.now)
        ways.open_all(self.session, outcome.opened, self.held_at or self.now)


def take_part(hall: Hall, part: Sequence[Said]) -> tuple[Outcome, list[bool]]:
    """Store and fold; what is to be written yet, and for each item whether it was new."""
    news = {one.index: list(_news(one, hall.now)) for one in part}
    found = events.record(hall.session, [_row(one) for mine in news.values() for one in mine], hall.now)
    new = {index: [one for one in mine if _take_first(found, one)] for index, mine in news.items()}
    profiles = [one for one in part if isinstance(one.item, Profile)]
    fresh = [one for mine in new.values() for one in mine]
    live.tell(hall.session, live.CHECKLIST, {one.user for one in fresh if one.name in hall.watched})
    fold = hall.fold({one.user for one in part}, fresh, _attributes(profiles))
    addresses = _Addresses(hall, profiles)
    counts = []
    for one in part:
        counts.append(_fold_item(fold, addresses, one, news[one.index], new[one.index]) or one.user in hall.newcomers)
        hall.newcomers.discard(one.user)
    addresses.write()
    return fold.outcome, counts


def _fold_item(fold: Fold, addresses: "_Addresses", said: Said, news: list[News], new: list[News]) -> bool:
    """One item; whether it was new."""
    changed = False
    item = said.item
    stale = any(one.name == IDENTIFIED and one not in new for one in news)
    if isinstance(item, Profile) and not stale:
        moved = addresses.change(said.user, item)
        changed = fold.profile(said.user, item, addresses.usable(said.user, item)) or moved
    for one in new:
        fold.event(one)
    return changed or bool(new)


def _news(said: Said, now: datetime) -> Iterator[News]:
    """The events that an item reports."""
    item = said.item
    at = item.at or now
    if isinstance(item, Happened):
        yield News(said.user, item.name, item.properties, item.message_id, at)
        return
    if item.message_id is not None:
        yield News(said.user, IDENTIFIED, {}, item.message_id, at)
    if item.signs_up(now):
        yield News(said.user, SIGNED_UP, {}, f"signup:{said.user}", at)


def _row(news: News) -> dict[str, object]:
    return {
        "user_id": news.user,
        "message_id": news.message_id,
        "name": news.name,
        "properties": news.properties,
        "at": news.at.isoformat(),
    }


def _take_first(found: set[tuple[str, str]], news: News) -> bool:
    """Whether it was stored just now; of the same event twice among the items, that was the first."""
    place = (news.user, news.message_id)
    new = place in found
    found.discard(place)
    return new


def _attributes(profiles: Iterable[Said]) -> set[str]:
    """Names that may have changed."""
    items = [one.item for one in profiles if isinstance(one.item, Profile)]
    return {name for item in items for name in item.attributes} | (
        {ZONE} if any(item.zone for item in items) else set()
    )


def _entering(edition: Edition, news: Sequence[News]) -> Iterator[tuple[News, str]]:
    """The news that may lead into a journey, with the key under which they would."""
    entry = edition.program.journey.entry
    for one in news:
        if one.name == entry.event:
            try:
                key = key_of(entry, one.properties)
            except BadInput:
                continue  # told, or excused, when it comes to that
            if key is not None:
                yield one, key


class _Addresses:
    """The addresses of those whose profiles are taken."""

    def __init__(self, hall: Hall, profiles: Sequence[Said]) -> None:
        self._hall = hall
        users = {
            one.user for one in profiles if isinstance(one.item, Profile) and (one.item.addresses or one.item.channels)
        }
        self._known = crowd.addresses_of(hall.session, users)
        self._changed: dict[tuple[str, str], str] = {}

    def change(self, user: str, given: Profile) -> bool:
        """Take the addresses that are given; whether any is new."""
        new = {
            (user, channel): one for channel, one in given.addresses.items() if self._known.get((user, channel)) != one
        }
        self._known |= new
        self._changed |= new
        return bool(new)

    def usable(self, user: str, given: Profile) -> list[str]:
        """The preferred channels. Raises BadInput for one without an address, unless that is excused."""
        wanted = [str(channel) for channel in given.channels]
        lacking = [one for one in wanted if one not in NEED_NO_CONTACT and (user, one) not in self._known]
        if lacking and not self._hall.lenient:
            raise BadInput(f"channels: {', '.join(lacking)} needs a phone or an e-mail address that was never given")
        return [channel for channel in wanted if channel not in lacking]

    def write(self) -> None:
        """Keep those that are new."""
        crowd.save_addresses(self._hall.session, self._changed)
