"""What faults and mishaps have in common: whose messages they are meant for, which they strike, and which are on."""

import hashlib
from collections.abc import Callable, Iterator
from typing import Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from sandbox.store import ChannelName
from sandbox.twilio_addresses import split


class Switch(BaseModel):
    """A matcher, and how often it strikes."""

    model_config = ConfigDict(extra="forbid")

    channel: ChannelName | Literal["push"] | None = None
    to: str | None = None  # the person's address
    rate: float = Field(1.0, ge=0, le=1)
    seed: int = 0  # with the same seed, a rate picks the same calls
    times: int | None = Field(None, ge=1)

    def is_for(self, channel: str | None, address: str | None) -> bool:
        """Whether it is meant for this channel and person."""
        wanted = split(self.to)[1] if self.to else None
        return self.channel in (None, channel) and wanted in (None, address)


class Active(Switch):
    """One that is on, with what it has done so far."""

    id: int
    seen: int = 0  # calls that it was meant for
    struck: int = 0

    def strikes(self) -> bool:
        """Count a matching call, and decide about it."""
        self.seen += 1
        if self.times is not None and self.struck >= self.times:
            return False
        if _fraction(self.seed, self.seen) >= self.rate:
            return False
        self.struck += 1
        return True


A = TypeVar("A", bound=Active)


class Switches(Generic[A]):
    """Those that are on. They live in memory: a restarted sandbox behaves."""

    def __init__(self, kind: type[A]) -> None:
        self._kind = kind
        self._active: list[A] = []
        self._last_id = 0

    def add(self, switch: Switch) -> A:
        """Switch one on."""
        self._last_id += 1
        active = self._kind(id=self._last_id, **switch.model_dump())
        self._active.append(active)
        return active

    def all(self) -> list[A]:
        """Every one that is on, oldest first."""
        return list(self._active)

    def clear(self) -> None:
        """Switch all off."""
        self._active.clear()

    def striking(self, meant: Callable[[A], bool]) -> Iterator[A]:
        """Those that strike a call, among those that are meant for it."""
        return (one for one in self._active if meant(one) and one.strikes())


def _fraction(seed: int, number: int) -> float:
    """A number in [0, 1) that only depends on its arguments."""
    digest = hashlib.sha256(f"{seed}/{number}".encode()).digest()
    return int.from_bytes(digest[:8]) / 2**64
