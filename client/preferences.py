"""What people choose on our pages is kept with who said it, when and how, and with its events, in one transaction."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

import structlog
from sqlmodel import Session

from client.inputs import Happened, Item
from client.taking import Stored
from domain.clock import Clock
from domain.contact.consent import ALL_CHANNELS, EVERYTHING, OptIn, Statement
from domain.delivery import ChannelName
from domain.links.scope import TRACKING
from domain.preferences import centre
from domain.preferences.centre import PAUSE, Switch
from domain.preferences.links import DAY, GOOD_FOR, Expired, Forged, Links, Purpose
from domain.suppression import barring
from models import consents, crowd, inbox, journeys, pauses, people
from models.database import Database
from models.messages import Message

log = structlog.get_logger()

MOST_TRIES = 2
BY = "person"  # who wrote it down, beside your services
CHANGED, UNSUBSCRIBED, RESUBSCRIBED = "preferences_changed", "unsubscribed", "resubscribed"


class Act(StrEnum):
    """What the buttons of the preference centre do."""

    SAVE = "save"
    PAUSE = "pause"
    RESUME = "resume"
    LEAVE = "leave"
    RETURN = "return"


@dataclass(frozen=True, slots=True)
class Wish:
    """A button that was pressed, with the names of the switches that were on when the page was made, and are now."""

    act: Act
    was: Collection[str] = ()
    now: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Centre:
    """What a page shows: nothing that says who the person is."""

    message: str
    topic: str
    locale: str
    zone: str
    switches: Sequence[Switch]
    paused_until: datetime | None
    unsubscribed: bool  # from the topic
    left: bool


@dataclass(slots=True)
class _Visit:
    """Somebody with a link, held for as long as the transaction lasts."""

    session: Session
    message: Message
    now: datetime
    opt_ins: Mapping[str, OptIn]
    tracking: bool = False
    happened: list[Happened] = field(default_factory=list)

    @property
    def user(self) -> str:
        return self.message.user_id

    @property
    def statements(self) -> list[Statement]:
        return consents.statements(self.session, self.user)

    def switches(self) -> list[Switch]:
        said, endpoints = self.statements, people.endpoints(self.session, self.user)
        barred = [one.channel for one in endpoints if one.ended_reason or barring(one.suppressed)]
        known = {one.channel for one in endpoints} | {self.message.channel}
        known |= {ChannelName.IN_APP} if inbox.newest(self.session, self.user) else set()
        about = {*journeys.topics(self.session), *(one.topic for one in said)} - {
            EVERYTHING,
            TRACKING,
            self.message.topic,
        }
        here = self.message.channel
        channels = sorted((str(channel) for channel in ChannelName if channel in known), key=lambda one: one != here)
        found = centre.switches([self.message.topic, *sorted(about)], channels, said, self.opt_ins, barred)
        return found + (centre.switches([TRACKING], [ALL_CHANNELS], said, self.opt_ins) if self.tracking else [])

    def say(self, statements: Sequence[Mapping[str, Any]], source: str) -> None:
        given = {"at": self.now, "source": f"{source}: {self.message.id}", "by": BY}
        consents.record(self.session, self.user, [{**one, **given} for one in statements])

    def pause(self, until: datetime) -> None:
        source = f"preference centre: {self.message.id}"
        pauses.record(self.session, self.user, self.now, until, source, BY)

    def report(self, name: str, at: datetime, **properties: Any) -> None:
        message_id = f"{name}:{self.message.id}:{int(at.timestamp() * 1_000_000)}"
        given = {"user_id": self.user, "name": name, "properties": properties, "message_id": message_id, "at": at}
        self.happened.append(Happened.of(given))


Take = Callable[[Session, Sequence[Item]], Stored]


class Preferences:
    """One per process. `take` takes events in; what it stored is returned, for journeys to be told of it.

    With `tracking` people may choose whether the links of their messages lead by way of us.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        links: Links | None,
        opt_ins: Mapping[str, OptIn],
        take: Take,
        *,
        tracking: bool = False,
    ) -> None:
        self._tracking = tracking
        self._take = take
        self._database = database
        self._clock = clock
        self._links = links
        self._opt_ins = opt_ins

    def look(self, purpose: Purpose, token: str, real_now: datetime) -> Centre:
        """What there is to choose. Changes nothing. Raises Forged or Expired."""
        with self._visited(purpose, token, real_now) as visit:
            return _centre(visit)

    def unsubscribe(self, token: str, source: str, real_now: datetime) -> tuple[Centre, Stored]:
        """No more about the topic of that message; the same again is the same. Raises Forged or Expired."""
        with self._visited(Purpose.UNSUBSCRIBE, token, real_now) as visit:
            topic, since = visit.message.topic, centre.unsubscribed(visit.statements, visit.message.topic)
            if since is None:
                visit.say(centre.unsubscribing(topic), source)
                log.info("preferences.unsubscribed", user=visit.user, topic=topic, source=source)
            visit.report(UNSUBSCRIBED, since or visit.now, topic=topic, channel=visit.message.channel, source=source)
            return _centre(visit), self._take(visit.session, visit.happened)

    def change(self, token: str, wish: Wish, real_now: datetime) -> Stored:
        """Do what was asked for on the page. Raises Forged or Expired."""
        with self._visited(Purpose.PREFERENCES, token, real_now) as visit:
            _do(visit, wish)
            log.info("preferences.changed", user=visit.user, act=str(wish.act), events=len(visit.happened))
            return self._take(visit.session, visit.happened)

    def link(self, purpose: Purpose, message: str, real_now: datetime) -> str:
        """A token of another purpose for who has come by a good one."""
        return self._links.token(purpose, message, real_now) if self._links else ""

    def page(self, message: str, real_now: datetime) -> str | None:
        """Where who has got this message chooses, None where nobody can reach us.

        Whoever asks came by a token that is good for hours, so this link ends tomorrow.
        """
        if not (self._links and self._links.public_url):
            return None
        sent = real_now - GOOD_FOR[Purpose.PREFERENCES] + DAY
        return self._links.url(Purpose.PREFERENCES, message, sent)

    @contextmanager
    def _visited(self, purpose: Purpose, token: str, real_now: datetime) -> Iterator[_Visit]:
        if self._links is None:
            raise Forged("without HOMING_ENCRYPTION_KEYS no link is one of ours")
        message_id = self._links.message(purpose, token, real_now)
        with self._database.session() as session:
            message = _held(session, message_id)
            yield _Visit(session, message, self._clock.journey(real_now), self._opt_ins, self._tracking)


def _held(session: Session, message_id: str) -> Message:
    """A message, with its person held. Who is merged into another in this moment is that one in the next."""
    for _ in range(MOST_TRIES):
        message = session.get(Message, message_id, populate_existing=True)
        if message and crowd.hold(session, [message.user_id]):
            return message
    raise Expired("whoever got this message is not known any more")


def _do(visit: _Visit, wish: Wish) -> None:
    properties: dict[str, Any] = {"act": str(wish.act)}
    match wish.act:
        case Act.SAVE:
            turned = centre.changes(visit.switches(), wish.was, wish.now)
            if not turned:
                return
            visit.say(centre.said(turned, visit.message.channel), "preference centre")
            properties["on"] = [{"topic": one.topic, "channel": one.channel} for one in turned if one.on]
            properties["off"] = [{"topic": one.topic, "channel": one.channel} for one in turned if not one.on]
        case Act.PAUSE:
            visit.pause(visit.now + PAUSE)
            properties["until"] = (visit.now + PAUSE).isoformat()
        case Act.RESUME:
            visit.pause(visit.now)
        case Act.LEAVE:
            visit.say(centre.leaving(), "preference centre")
            visit.report(UNSUBSCRIBED, visit.now, topic=EVERYTHING, source="preference centre")
        case Act.RETURN:
            visit.say(centre.returning(visit.statements), "preference centre")
            visit.report(RESUBSCRIBED, visit.now, topic=EVERYTHING, source="preference centre")
    visit.report(CHANGED, visit.now, **properties)


def _centre(visit: _Visit) -> Centre:
    person, shown = people.find_person(visit.session, visit.user), visit.switches()
    return Centre(
        message=visit.message.id,
        topic=visit.message.topic,
        locale=person.locale if person else visit.message.locale,
        zone=person.zone if person else "",
        switches=shown,
        paused_until=pauses.until(visit.session, visit.user, visit.now),
        unsubscribed=centre.unsubscribed(visit.statements, visit.message.topic) is not None,
        left=centre.has_left(visit.statements, shown),
    )
