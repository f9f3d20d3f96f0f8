"""One measured figure, what it is compared with, and whether it reaches its aim."""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Figure:
    """A line of the table. The aim is one of the two limits: on the ratio if there is a baseline, else on the value."""

    benchmark: str
    what: str
    value: float
    unit: str
    baseline: float | None = None
    against: str = ""
    at_most: float | None = None
    at_least: float | None = None

    @property
    def ratio(self) -> float | None:
        """How many times the baseline."""
        return self.value / self.baseline if self.baseline else None

    @property
    def aim(self) -> str:
        """The limit in words, "" when there is none."""
        if self.at_most is not None:
            return f"≤ {self.at_most:g}"
        return f"≥ {self.at_least:g}" if self.at_least is not None else ""

    @property
    def met(self) -> bool | None:
        """Whether the aim is reached, None when there is none."""
        judged = self.value if self.ratio is None else self.ratio
        if self.at_most is not None:
            return judged <= self.at_most
        return judged >= self.at_least if self.at_least is not None else None

    def as_json(self) -> dict[str, Any]:
        """For machines."""
        return asdict(self) | {"ratio": self.ratio, "met": self.met}


@dataclass(frozen=True, slots=True)
class Scale:
    """How much is measured."""

    rounds: int  # of throughput, each with a batch of every kind
    batch: int
    signals: int  # of each kind, for latency
    sleeping: tuple[int, int]
    wakes: int  # cached and evicted journeys that are woken
    passes: int  # through the machine alone
    stored: tuple[int, int]  # events, between which taking them in must not slow down
    batches: int  # of a hundred events, in a round of taking them in
    due: int  # messages, as many a minute as a thousand
    released: int  # journeys of each kind, by events at a steady pace


FULL = Scale(
    rounds=5,
    batch=40,
    signals=150,
    sleeping=(1_000, 10_000),
    wakes=40,
    passes=40,
    stored=(10_000, 100_000),
    batches=50,
    due=1_000,
    released=200,
)
QUICK = Scale(
    rounds=1, batch=6, signals=5, sleeping=(10, 30), wakes=3, passes=2, stored=(200, 400), batches=1, due=5, released=5
)
