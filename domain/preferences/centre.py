"""What a person may choose, as switches, and what their choices say: pure, over statements of consent."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from domain.contact.consent import ALL_CHANNELS, EVERYTHING, OptIn, Statement, needed, objection
from domain.links.scope import TRACKING

PAUSE = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Switch:
    """Whether messages about a topic may come by a channel; `fixed` if that is not for us to change."""

    topic: str
    channel: str
    on: bool
    fixed: bool = False

    @property
    def name(self) -> str:
        """As a form calls it."""
        return f"{self.topic}:{self.channel}"


def switches(
    topics: Iterable[str],
    channels: Sequence[str],
    statements: Sequence[Statement],
    opt_ins: Mapping[str, OptIn],
    barred: Collection[str] = (),
) -> list[Switch]:
    """One for each topic and channel; nothing comes by channels that are `barred`, whatever is agreed to."""
    return [
        Switch(topic, channel, channel not in barred and _may(topic, channel, statements, opt_ins), channel in barred)
        for topic in topics
        for channel in channels
    ]


def has_left(statements: Iterable[Statement], shown: Iterable[Switch]) -> bool:
    """Whether the person has left everything, and turned no topic on again."""
    return bool(_left(statements)) and not any(one.on and one.topic != TRACKING for one in shown)


def changes(before: Sequence[Switch], was: Collection[str], now: Collection[str]) -> list[Switch]:
    """The switches as they are wished: those alone that the person has turned, going by what the page showed them."""
    turned = [one for one in before if not one.fixed and (one.name in was) != (one.name in now)]
    return [Switch(one.topic, one.channel, one.name in now) for one in turned]


def said(wished: Iterable[Switch], proven: str) -> list[dict[str, Any]]:
    """What turning switches says. On the `proven` channel, by which the link came, it is confirmed from there."""
    return [
        _statement(
            one.topic, one.channel, given=one.on, kind=OptIn.CONFIRMED if one.channel == proven else OptIn.EXPRESS
        )
        for one in wished
    ]


def leaving() -> list[dict[str, Any]]:
    """Everything is taken back."""
    return [_statement(EVERYTHING, ALL_CHANNELS, given=False, kind=OptIn.EXPRESS)]


def returning(statements: Iterable[Statement]) -> list[dict[str, Any]]:
    """Leaving is undone: as before, and no more. It agrees to nothing that had to be asked for."""
    return [_statement(one.topic, one.channel, given=True, kind=OptIn.IMPLIED) for one in _left(statements)]


def unsubscribing(topic: str) -> list[dict[str, Any]]:
    """Nothing more about that topic, on any channel: who leaves by mail does not ask for texts."""
    return [_statement(topic, ALL_CHANNELS, given=False, kind=OptIn.EXPRESS)]


def unsubscribed(statements: Iterable[Statement], topic: str) -> datetime | None:
    """Since when nothing about it comes by any channel, None if something may."""
    about = [one for one in statements if one.topic == topic and one.channel == ALL_CHANNELS]
    newest = max(about, key=lambda one: one.at, default=None)
    later = newest and any(one.given and one.topic == topic and one.at > newest.at for one in statements)
    return newest.at if newest and not newest.given and not later else None


def _may(topic: str, channel: str, statements: Sequence[Statement], opt_ins: Mapping[str, OptIn]) -> bool:
    return objection(statements, topic, channel, needed(opt_ins, topic)) is None


def _left(statements: Iterable[Statement]) -> list[Statement]:
    return [one for one in statements if one.topic == EVERYTHING and not one.given]


def _statement(topic: str, channel: str, *, given: bool, kind: OptIn) -> dict[str, Any]:
    return {"topic": topic, "channel": channel, "given": given, "kind": str(kind)}
