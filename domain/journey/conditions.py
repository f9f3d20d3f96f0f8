"""Conditions of branches and awaited events, and whether they hold for the facts at hand."""

from typing import Annotated

from pydantic import Field, Strict, Tag

from domain.delivery import Fate, became
from domain.durations import Duration
from domain.journey.comparisons import Comparison
from domain.journey.facts import Facts
from domain.journey.names import AttributeName, EventName, StepId
from domain.journey.parts import Part, by_kind, tag

MOST_KEPT = 100  # times of one event remembered for `at_least` with `within`
SEGMENTS = "segments"


class AttributeIs(Comparison):
    """`{attribute: plan, in: [team, business]}`"""

    attribute: AttributeName

    def holds(self, facts: Facts) -> bool:
        """Whether the person's attribute compares."""
        return self.compares(facts.attributes.get(self.attribute))


class PropertyIs(Comparison):
    """`{property: amount, above: 100}`, on the event at hand."""

    property_: AttributeName = Field(alias="property")

    def holds(self, facts: Facts) -> bool:
        """Whether the event's property compares."""
        return self.compares(facts.properties.get(self.property_))


class EventDone(Part):
    """`{event: first_use}`: seen since the enrollment, `at_least` so often, counting only those `within` a while."""

    event: EventName
    at_least: Annotated[int, Strict(), Field(ge=1, le=MOST_KEPT)] = 1
    within: Duration | None = None

    @property
    def kept(self) -> int:
        """How many of the last times must be remembered to decide; the very last one always is."""
        return self.at_least if self.within and self.at_least > 1 else 0

    def holds(self, facts: Facts) -> bool:
        """Whether it was seen often and lately enough."""
        seen = facts.events.get(self.event)
        if seen is None or seen.count < self.at_least:
            return False
        if self.within is None:
            return True
        oldest = (seen.recent if self.kept else (seen.last,))[-self.at_least :]
        return len(oldest) >= self.at_least and facts.now - oldest[0] <= self.within


class InSegment(Part):
    """`{segment: power_users}`: the person's attribute `segments`, a list, names it."""

    segment: AttributeName

    def holds(self, facts: Facts) -> bool:
        """Whether the person is in it."""
        segments = facts.attributes.get(SEGMENTS)
        return isinstance(segments, list | tuple) and self.segment in segments


class StepEnded(Part):
    """`{step: welcome, outcome: failed}`: what became of an earlier `send`."""

    step: StepId
    outcome: Fate

    def holds(self, facts: Facts) -> bool:
        """Whether that step ended so, or it is known by now."""
        receipt = facts.receipts.get(self.step)
        return became(self.outcome, facts.outcomes.get(self.step), receipt.reported if receipt else None)


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


CONDITION_KINDS = ("attribute", "property", "event", "segment", "step", "all", "any", "not")

Condition = Annotated[
    Annotated[AttributeIs, Tag(tag("attribute"))]
    | Annotated[PropertyIs, Tag(tag("property"))]
    | Annotated[EventDone, Tag(tag("event"))]
    | Annotated[InSegment, Tag(tag("segment"))]
    | Annotated[StepEnded, Tag(tag("step"))]
    | Annotated[All, Tag(tag("all"))]
    | Annotated[AnyOf, Tag(tag("any"))]
    | Annotated[Not, Tag(tag("not"))],
    by_kind(CONDITION_KINDS, "condition_kind"),
]
