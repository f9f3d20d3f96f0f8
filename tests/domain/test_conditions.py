"""What conditions hold for."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import TypeAdapter

from domain.delivery import Reported
from domain.journey.conditions import Condition
from domain.journey.facts import Facts, Occurrence, Receipt, once

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
CONDITION: TypeAdapter[Condition] = TypeAdapter(Condition)
FACTS = Facts(
    NOW,
    attributes={"plan": "pro", "seats": 5, "ratio": 0.5, "vip": True, "gone": None, "tags": ["a"]},
    properties={"amount": 100},
    events={"used": Occurrence(3, NOW - 9 * DAY, NOW - 2 * DAY)},
    outcomes={"hello": "failed", "seen": "sent", "bounced": "sent", "asked": "sent"},
    receipts={
        "seen": Receipt(1, Reported.OPENED),
        "bounced": Receipt(1, Reported.FAILED),
        "asked": Receipt(1),
    },
)


def attribute(name: str, **comparison: Any) -> dict[str, Any]:
    """A condition on an attribute."""
    return {"attribute": name, **comparison}


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        (attribute("plan", equals="pro"), True),
        (attribute("plan", equals="Pro"), False),  # exactly
        (attribute("seats", equals=5), True),
        (attribute("seats", equals=5.0), True),
        (attribute("seats", equals="5"), False),  # text is no number
        (attribute("vip", equals=True), True),
        (attribute("vip", equals=1), False),  # a truth is no number
        (attribute("vip", equals="true"), False),
        (attribute("gone", equals="x"), False),
        (attribute("nobody-has-it", equals="x"), False),
        (attribute("tags", equals="a"), False),  # a list is not what is in it
        (attribute("plan", **{"in": ["team", "pro"]}), True),
        (attribute("plan", **{"in": ["team"]}), False),
        (attribute("vip", **{"in": [1, "true"]}), False),
        (attribute("gone", **{"in": ["None", ""]}), False),
        (attribute("seats", above=4), True),
        (attribute("seats", above=5), False),  # more than, not from
        (attribute("seats", below=5.5), True),
        (attribute("seats", below=5), False),
        (attribute("ratio", below=1), True),
        (attribute("plan", above=0), False),  # text is neither above nor below
        (attribute("vip", above=0), False),
        (attribute("gone", below=9), False),
        (attribute("plan", exists=True), True),
        (attribute("plan", exists=False), False),
        (attribute("gone", exists=False), True),  # null is as good as nothing
        (attribute("nobody-has-it", exists=False), True),
        ({"property": "amount", "above": 99}, True),
        ({"property": "plan", "exists": True}, False),  # an attribute is no property
        ({"event": "used"}, True),
        ({"event": "used", "at_least": 3}, True),
        ({"event": "used", "at_least": 4}, False),
        ({"event": "used", "within": "2d"}, True),  # the last time was two days ago
        ({"event": "used", "within": "47h"}, False),
        ({"event": "paid"}, False),
        ({"step": "hello", "outcome": "failed"}, True),
        ({"step": "hello", "outcome": "sent"}, False),
        ({"step": "later", "outcome": "sent"}, False),
        ({"step": "hello", "outcome": "delivered"}, False),
        ({"step": "seen", "outcome": "sent"}, True),  # and stays it
        ({"step": "seen", "outcome": "delivered"}, True),  # or it could not have been opened
        ({"step": "seen", "outcome": "opened"}, True),
        ({"step": "seen", "outcome": "clicked"}, False),
        ({"step": "seen", "outcome": "failed"}, False),
        ({"step": "bounced", "outcome": "failed"}, True),  # after it was accepted
        ({"step": "bounced", "outcome": "sent"}, True),
        ({"step": "bounced", "outcome": "delivered"}, False),
        ({"step": "asked", "outcome": "delivered"}, False),  # nothing is known yet
        ({"step": "asked", "outcome": "failed"}, False),
        ({"step": "later", "outcome": "opened"}, False),
        ({"all": [{"event": "used"}, {"event": "paid"}]}, False),
        ({"all": [{"event": "used"}, {"not": {"event": "paid"}}]}, True),
        ({"any": [{"event": "paid"}, {"event": "used"}]}, True),
        ({"any": [{"event": "paid"}]}, False),
        ({"not": {"any": [{"event": "paid"}, {"not": {"event": "used"}}]}}, True),
    ],
)
def test_a_condition_holds_or_not(condition: dict[str, Any], holds: bool) -> None:
    """And its negation the other way round."""
    assert CONDITION.validate_python(condition).holds(FACTS) is holds
    assert CONDITION.validate_python({"not": condition}).holds(FACTS) is not holds


@pytest.mark.parametrize("order", [(1, 5, 3), (5, 1, 3), (3, 5, 1)])
def test_an_occurrence_knows_the_first_and_the_last_by_the_senders_time(order: tuple[int, int, int]) -> None:
    """Whatever the order in which they arrive."""
    first, *others = (NOW + day * DAY for day in order)
    seen = once(first, kept=2)
    for at in others:
        seen = seen.again(at, kept=2)
    assert seen == Occurrence(3, NOW + DAY, NOW + 5 * DAY, (NOW + 3 * DAY, NOW + 5 * DAY))


def test_times_that_were_never_kept_are_not_counted() -> None:
    """A person may come from a version of the journey that did not ask for them."""
    often = CONDITION.validate_python({"event": "used", "at_least": 2, "within": "30d"})
    assert not often.holds(FACTS)
    kept = Occurrence(3, NOW - 9 * DAY, NOW, recent=(NOW - 3 * DAY, NOW))
    assert often.holds(Facts(NOW, events={"used": kept}))
