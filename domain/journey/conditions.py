"""Conditions of branches and awaited events, and whether they hold for the facts at hand."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, model_validator

from domain.delivery import Outcome
from domain.durations import Duration
from domain.journey.names import AttributeName, EventName, StepId

Scalar = str | int | float | bool


@dataclass(frozen=True, slots=True)
class Occurrence:
    """How often a thing was seen, and when first and last (the sender's time)."""

    count: int
    first: datetime
    last: datetime

    def again(self, at: datetime) -> "Occurrence":
        """The same, seen once more."""
        return Occurrence(self.count + 1, min(self.first, at), max(self.last, at))


@dataclass(frozen=True, slots=True)
class Facts:
    """All that a condition may look at."""

    now: datetime
    attributes: Mapping[str, Any] = field(default_factory=dict)
    properties: Mapping[str, Any] = field(default_factory=dict)
    events: Mapping[str, Occurrence] = field(default_factory=dict)
    outcomes: Mapping[str, str] = field(default_factory=dict)


class Part(BaseModel):
    """A piece of a journey file: unknown keys are errors, and nothing changes after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class _Comparison(Part):
    equals: Scalar | None = None
    in_: tuple[Scalar, ...] | None = Field(None, alias="in")
    above: float | None = None
    below: float | None = None
    exists: bool | None = None

    @model_validator(mode="after")
    def _one_comparison(self) -> "_Comparison":
        given = {"equals", "in_", "above", "below", "exists"} & self.model_fields_set
        if len(given) != 1:
            raise ValueError("give exactly one of equals, in, above, below, exists")
        return self

    def _compare(self, value: Any) -> bool:
        if self.exists is not None:
            return (value is not None) == self.exists
        if self.in_ is not None:
            return any(_same(value, option) for option in self.in_)
        if self.equals is not None:
            return _same(value, self.equals)
        number = isinstance(value, int | float) and not isinstance(value, bool)
        return number and (value > self.above if self.above is not None else value < self.below)


def _same(left: Any, right: Scalar) -> bool:
    """True is not 1 and "1" is not 1: a comparison that changes type by accident sends to the wrong people."""
    return isinstance(left, bool) == isinstance(right, bool) and bool(left == right)


class AttributeIs(_Comparison):
    """`{attribute: plan, in: [team, business]}`"""

    attribute: AttributeName

    def holds(self, facts: Facts) -> bool:
        """Whether the person's attribute compares."""
        return self._compare(facts.attributes.get(self.attribute))


class PropertyIs(_Comparison):
    """`{property: amount, above: 100}`, on the event at hand."""

    property_: AttributeName = Field(alias="property")

    def holds(self, facts: Facts) -> bool:
        """Whether the event's property compares."""
        return self._compare(facts.properties.get(self.property_))


class EventDone(Part):
    """`{event: first_use}`: seen since the enrollment; `at_least` times; or the last one `within` a while."""

    event: EventName
    at_least: int = Field(1, ge=1)
    within: Duration | None = None

    @model_validator(mode="after")
    def _within_counts_one(self) -> "EventDone":
        if self.within is not None and self.at_least > 1:
            raise ValueError("at_least and within cannot be combined")
        return self

    def holds(self, facts: Facts) -> bool:
        """Whether it was seen often or lately enough."""
        seen = facts.events.get(self.event)
        if seen is None or seen.count < self.at_least:
            return False
        return self.within is None or facts.now - seen.last <= self.within


class StepEnded(Part):
    """`{step: welcome, outcome: failed}`: what became of an earlier `send`."""

    step: StepId
    outcome: Outcome

    def holds(self, facts: Facts) -> bool:
        """Whether that step ended so."""
        return facts.outcomes.get(self.step) == self.outcome


class All(Part):
    """`{all: [...]}`"""

    all_: tuple["Condition", ...] = Field(alias="all", min_length=1)

    def holds(self, facts: Facts) -> bool:
        """Whether each holds."""
        return all(part.holds(facts) for part in self.all_)


class AnyOf(Part):
    """`{any: [...]}`"""

    any_: tuple["Condition", ...] = Field(alias="any", min_length=1)

    def holds(self, facts: Facts) -> bool:
        """Whether one holds."""
        return any(part.holds(facts) for part in self.any_)


class Not(Part):
    """`{not: ...}`"""

    not_: "Condition" = Field(alias="not")

    def holds(self, facts: Facts) -> bool:
        """Whether it does not hold."""
        return not self.not_.holds(facts)


CONDITION_KINDS = ("attribute", "property", "event", "step", "all", "any", "not")


def _kind(value: object) -> str | None:
    if isinstance(value, Mapping):
        found = [kind for kind in CONDITION_KINDS if kind in value]
    else:
        found = [kind for kind in CONDITION_KINDS if hasattr(value, kind) or hasattr(value, f"{kind}_")]
    return found[0] if len(found) == 1 else None


Condition = Annotated[
    Annotated[AttributeIs, Tag("attribute")]
    | Annotated[PropertyIs, Tag("property")]
    | Annotated[EventDone, Tag("event")]
    | Annotated[StepEnded, Tag("step")]
    | Annotated[All, Tag("all")]
    | Annotated[AnyOf, Tag("any")]
    | Annotated[Not, Tag("not")],
    Discriminator(
        _kind,
        custom_error_type="condition_kind",
        custom_error_message="a condition has exactly one of: " + ", ".join(CONDITION_KINDS),
    ),
]
