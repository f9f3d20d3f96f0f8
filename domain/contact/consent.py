"""Consent: what a person has agreed to or taken back, by topic and channel, and what a topic asks for.

Statements are facts of a time. In doubt the answer is no: what was taken back stays so until something at least as
narrow is agreed to later.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.errors import BadInput
from domain.shown import shown

EVERYTHING = "*"  # the topic of who leaves, or joins, everything
ALL_CHANNELS = ""
# A customer may be told of what they have bought until they object (ePrivacy Directive 2002/58/EC, article 13(2));
# whoever sends to others asks for `express` or `confirmed`.
DEFAULT = f"{EVERYTHING} implied"


class OptIn(StrEnum):
    """How consent was given, or has to be; each satisfies those before it."""

    IMPLIED = "implied"  # a customer, until they object; nothing has to be said
    EXPRESS = "express"  # they said so
    CONFIRMED = "confirmed"  # and confirmed it from the address itself: double opt-in


RANK = {kind: rank for rank, kind in enumerate(OptIn)}


@dataclass(frozen=True, slots=True)
class Statement:
    """What a person said, when, and how."""

    topic: str
    channel: str
    given: bool
    at: datetime
    kind: OptIn = OptIn.EXPRESS

    def covers(self, topic: str, channel: str) -> bool:
        """Whether it is about messages of this topic on this channel."""
        return self.topic in (topic, EVERYTHING) and self.channel in (channel, ALL_CHANNELS)

    def within(self, other: "Statement") -> bool:
        """Whether it is about no more than the other."""
        return other.topic in (self.topic, EVERYTHING) and other.channel in (self.channel, ALL_CHANNELS)


@dataclass(frozen=True, slots=True)
class Objection:
    """Why there is no consent: what was taken back, or what is missing."""

    rule: str
    statement: Statement | None
    needed: OptIn


def standing(said: Iterable[Statement]) -> list[Statement]:
    """Of what was said, oldest first, what there is to look at: for each topic and channel the newest, and before it
    a better agreement that was not taken back since. Who has confirmed does not unsay it by ticking a box again.
    """
    kept: dict[tuple[str, str], list[Statement]] = {}
    for one in said:
        before = kept.get((one.topic, one.channel), [])
        better = [other for other in before if one.given and other.given and RANK[other.kind] > RANK[one.kind]]
        kept[one.topic, one.channel] = [*better, one]
    return [one for place in sorted(kept) for one in kept[place]]


def read(text: str) -> Mapping[str, OptIn]:
    """`* implied, newsletter confirmed`: what each topic asks for. Raises BadInput for anything else."""
    found = {}
    for part in filter(None, map(str.strip, text.split(","))):
        topic, _, kind = part.partition(" ")
        if kind not in set(OptIn):
            raise BadInput(f"{shown(part)} is no rule; write a topic or {EVERYTHING} and one of {', '.join(OptIn)}")
        found[topic] = OptIn(kind)
    return found


def needed(rules: Mapping[str, OptIn], topic: str) -> OptIn:
    """What messages of this topic ask for."""
    return rules.get(topic, rules.get(EVERYTHING, OptIn.IMPLIED))


def objection(
    statements: Iterable[Statement], topic: str, channel: str, asked: OptIn, *, transactional: bool = False
) -> Objection | None:
    """Why messages of this topic may not go by this channel, None if they may.

    A transactional one needs no consent, and who leaves everything still gets their codes; but not what they have
    taken back by name.
    """
    about = [one for one in statements if one.covers(topic, channel)]
    if transactional:
        about = [one for one in about if one.topic != EVERYTHING]
    if taken_back := _stands(about):
        return Objection("consent_withdrawn", taken_back, asked)
    if transactional or asked is OptIn.IMPLIED:
        return None
    enough = any(one.given and RANK[one.kind] >= RANK[asked] for one in about)
    return None if enough else Objection("consent_missing", None, asked)


def _stands(about: Sequence[Statement]) -> Statement | None:
    """The newest of what was taken back and not agreed to again."""
    withdrawn = [one for one in about if not one.given and not any(_lifts(other, one) for other in about)]
    return max(withdrawn, key=lambda one: one.at, default=None)


def _lifts(agreed: Statement, taken_back: Statement) -> bool:
    return agreed.given and agreed.at > taken_back.at and agreed.within(taken_back)
