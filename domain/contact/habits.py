"""In which order a person's channels are tried: as they said, as their topic says, or as they have answered so far.

What is learned only ever changes the order of channels that may be used unasked. The usual order has a head start,
so it takes more than one lucky click to leave it, and messages that nobody answers lead back to it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any

from domain.delivery import ChannelName

# For a person who has not said what they prefer, as far as there are addresses. Nobody is called who, or whose journey,
# has not asked for it; who lets a browser notify has.
USUAL_ORDER = (ChannelName.EMAIL, ChannelName.PUSH, ChannelName.WHATSAPP, ChannelName.SMS)

LOOKS_BACK = timedelta(days=90)
MONTH = timedelta(days=30)
WEIGHTS = (1.0, 0.5, 0.25)  # of the last thirty days, the thirty before, and those before that


class Response(StrEnum):
    """What became of one message to a person; a message of theirs counts by itself. Machine opens are none of these."""

    REPLIED = "replies"
    CLICKED = "clicks"
    OPENED = "opens"
    DELIVERED = "delivered"
    ACCEPTED = "accepted"  # and no receipt: some providers send none
    FAILED = "failed"


VALUES = {
    Response.REPLIED: 8.0,
    Response.CLICKED: 4.0,
    Response.OPENED: 2.0,
    Response.DELIVERED: 1.0,
    Response.ACCEPTED: 0.5,
    Response.FAILED: 0.0,
}
# A channel begins as if five messages had been delivered there: with one click it has (4 + 5) / 6 = 1.5, with two of
# two 1.86, with a reply 2.17; with two clicks of twenty 1.32.
EXPECTED, BEGINS_WITH = 1.0, 5.0
# For each place in the usual order: two clicks go past one place, one click does not, a reply goes past two.
HEAD_START = 0.5


@dataclass(frozen=True, slots=True)
class Habit:
    """So many responses of one kind on a channel, so many whole months of thirty days ago."""

    channel: str
    response: Response
    months_ago: int
    count: int


@dataclass(frozen=True, slots=True)
class Preference:
    """The order in which to try channels, and how it was found."""

    channels: Sequence[str]
    why: Mapping[str, Any] = field(default_factory=dict)


def settled(told: Sequence[str], topic: Sequence[str] | None, usual: Sequence[str]) -> Preference | None:
    """The order if nothing is to be learned: what the person said, then what the topic says. None if it matters."""
    if told:
        return Preference(told)
    if topic is not None:
        return Preference(topic, {"order": "topic"})
    return Preference(usual) if len(usual) < 2 else None


def learned(usual: Sequence[str], habits: Iterable[Habit]) -> Preference:
    """The usual channels in the order of how the person answers there; ties stay as they are.

    >>> clicks = Habit("sms", Response.CLICKED, 0, 2)
    >>> learned(["email", "sms"], [clicks]).channels
    ['sms', 'email']
    """
    by_channel = defaultdict(list)
    for habit in habits:
        if habit.channel in usual:
            by_channel[habit.channel].append(habit)
    if not by_channel:
        return Preference(usual)
    found = {channel: score(by_channel[channel]) for channel in usual}
    standing = {channel: found[channel] + HEAD_START * (len(usual) - place) for place, channel in enumerate(usual)}
    channels = sorted(usual, key=lambda channel: -standing[channel])
    figures = {channel: {"score": found[channel], **_figures(by_channel[channel])} for channel in channels}
    return Preference(channels, {"order": "learned", "learned": figures})


def score(habits: Iterable[Habit]) -> float:
    """What a message is worth on a channel, to a hundredth: the mean of what came of them, by their age."""
    total, weight = EXPECTED * BEGINS_WITH, BEGINS_WITH
    for habit in habits:
        counts = habit.count * WEIGHTS[min(max(habit.months_ago, 0), len(WEIGHTS) - 1)]
        total, weight = total + counts * VALUES[habit.response], weight + counts
    return round(total / weight, 2)


def _figures(habits: Iterable[Habit]) -> dict[str, int]:
    counts: dict[Response, int] = defaultdict(int)
    for habit in habits:
        counts[habit.response] += habit.count
    return {str(response): counts[response] for response in Response if counts[response]}
