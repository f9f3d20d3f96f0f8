"""Frequency caps: how many messages a person gets in a stretch of time that ends now, whichever journey sends them."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.delivery import ChannelName
from domain.durations import format_duration, parse_duration
from domain.errors import BadInput
from domain.shown import shown

# No more than three on one channel in 24 hours is the strictest rule that we know of: Florida Statutes 501.616(6)(b),
# on calls and texts about one subject. Six in all and four on one topic leave room for a busy first day; twenty a
# week is three a day.
DEFAULT = "overall 6/1d, overall 20/7d, topic 4/1d, sms 3/1d, whatsapp 3/1d"
NONE = "none"
OVERALL, TOPIC = "overall", "topic"
SCOPES = (OVERALL, TOPIC, "channel", *map(str, ChannelName))
FORM = re.compile(r"([a-z]+) ([0-9]{1,4})/([0-9]+[smhdw])")
LONGEST = timedelta(days=90)  # what is counted is read each time


@dataclass(frozen=True, slots=True)
class Cap:
    """At most so many within a while: `overall`, on each `topic`, on each `channel`, or on the channel named."""

    scope: str
    most: int
    within: timedelta

    def counts(self, one: "Sent", channel: str, topic: str) -> bool:
        """Whether a message takes room from one on this channel about this topic."""
        if self.scope == TOPIC:
            return one.topic == topic
        return self.scope == OVERALL or one.channel == channel

    def concerns(self, channel: str) -> bool:
        """Whether it is about messages on this channel at all."""
        return self.scope in (OVERALL, TOPIC, "channel", channel)

    def __str__(self) -> str:
        return f"{self.scope} {self.most}/{format_duration(self.within)}"


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that the person has got, or is about to."""

    at: datetime
    channel: str
    topic: str


@dataclass(frozen=True, slots=True)
class Full:
    """A cap without room, how many it has counted, and when there is room again."""

    cap: Cap
    counted: int
    until: datetime


def read(text: str) -> tuple[Cap, ...]:
    """`overall 6/1d, sms 3/1d`; nothing for `none`. Raises BadInput for anything else."""
    if text.strip() == NONE:
        return ()
    return tuple(_cap(part.strip()) for part in text.split(","))


def _cap(text: str) -> Cap:
    match = FORM.fullmatch(text)
    if not match or match[1] not in SCOPES or int(match[2]) == 0:
        form = f"write {OVERALL} 6/1d, with one of {', '.join(SCOPES)}; or {NONE} alone"
        raise BadInput(f"{shown(text)} is no cap; {form}")
    try:
        within = parse_duration(match[3])
    except ValueError as error:
        raise BadInput(f"cap {shown(text)}: {error}") from error
    if within > LONGEST:
        raise BadInput(f"cap {shown(text)} looks back for more than {LONGEST.days} days")
    return Cap(match[1], int(match[2]), within)


def longest(caps: Iterable[Cap]) -> timedelta | None:
    """How far back messages count, None without caps."""
    return max((cap.within for cap in caps), default=None)


def full(caps: Sequence[Cap], sent: Iterable[Sent], channel: str, topic: str, now: datetime) -> Full | None:
    """The cap that keeps a message back for longest, None if there is room in all.

    A message counts for as long as it is younger than the window: three a day, sent at 9:00, 10:00 and 11:00, leave
    room for the fourth at 9:00 of the next day.
    """
    known = sorted(sent, key=lambda one: one.at, reverse=True)
    found = [_full(cap, known, channel, topic, now) for cap in caps if cap.concerns(channel)]
    return max(filter(None, found), key=lambda one: one.until, default=None)


def _full(cap: Cap, newest_first: Sequence[Sent], channel: str, topic: str, now: datetime) -> Full | None:
    inside = [one for one in newest_first if one.at > now - cap.within and cap.counts(one, channel, topic)]
    if len(inside) < cap.most:
        return None
    return Full(cap, len(inside), inside[cap.most - 1].at + cap.within)
