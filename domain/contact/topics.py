"""What a topic says of how its messages may go: what a journey says comes before it, a deployment's settings after."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from domain.contact import caps, hours
from domain.contact.caps import TOPIC, Cap
from domain.contact.consent import OptIn
from domain.delivery import ChannelName
from domain.errors import BadInput
from domain.shown import shown


@dataclass(frozen=True, slots=True)
class TopicRules:
    """None for what the topic leaves to others: channels for who has not told theirs, hours, its cap, its consent."""

    via: tuple[str, ...] | None = None
    quiet_hours: str | None = None
    cap: tuple[Cap, ...] | None = None
    opt_in: OptIn | None = None


def _via(given: Any) -> tuple[str, ...]:
    names = tuple(given) if isinstance(given, list) else (given,)
    known = list(map(str, ChannelName))
    if not names or len(set(map(str, names))) < len(names) or not set(map(str, names)) <= set(known):
        raise BadInput(f"`via` is one or more of {', '.join(known)}, each once")
    return names


def _quiet_hours(given: Any) -> str:
    hours.read(str(given))
    return str(given)


def _cap(given: Any) -> tuple[Cap, ...]:
    if given == caps.NONE:
        return ()
    try:
        return caps.read(", ".join(f"{TOPIC} {one.strip()}" for one in str(given).split(",")))
    except BadInput as error:
        raise BadInput(f"{shown(given)} is no cap; write 2/7d, several as 1/1d, 2/7d, or {caps.NONE}") from error


def _opt_in(given: Any) -> OptIn:
    if given not in set(OptIn):
        raise BadInput(f"{shown(given)} is no kind of consent; write one of {', '.join(OptIn)}")
    return OptIn(given)


READERS: Mapping[str, Callable[[Any], Any]] = {
    "via": _via,
    "quiet_hours": _quiet_hours,
    "cap": _cap,
    "opt_in": _opt_in,
}


def read_rule(name: str, given: Any) -> Any:
    """What stands at one key. Raises BadInput."""
    return READERS[name](given)
