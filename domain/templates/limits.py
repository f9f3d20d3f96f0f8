"""How much a template may do: a count of what it goes through, and filters that keep to it.

Liquid itself limits what one nest of loops, the output and the variables come to; here is what all of it together may
cost, whatever a template is made of: about a second of one core at worst.
"""

import functools
import math
from collections.abc import Callable
from typing import Any

from liquid import BoundTemplate, RenderContext
from liquid.exceptions import FilterArgumentError, LocalNamespaceLimitError, ResourceLimitError

# Iterations; those of nested loops multiply: 30 rows of 30 cells are fine, 40 of 40 are not.
MAX_LOOP = 1_000
# Bytes of output and of variables, characters or items that a filter reads or makes. Gmail clips mail at 102 kB.
MAX_SIZE = 200_000
# Characters that loops repeat and filters read: 1,000 rounds of 500 characters.
MAX_WORK = 500_000
# A filter that writes amounts or dates costs some microseconds, however short its value is.
COST_OF_A_FILTER = 20
MAX_INTEGER = 10**30
# Characters or items, and levels, of one value. What is beyond is no word of a message.
MAX_VALUE = 100_000
MAX_KEYS = 1_000
MAX_DEPTH = 20
# Their result grows with the product of what they are given, all others' with the sum.
MULTIPLYING = {"join", "replace"}


class Meter(RenderContext):
    """A rendering that adds up what it goes through."""

    __slots__ = ("_held", "_worked")

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self._worked = self._held = 0

    def charge(self, work: int) -> None:
        """Count this. Raises ResourceLimitError when it is too much."""
        self._worked += work
        if self._worked > MAX_WORK:
            raise ResourceLimitError("the template goes through too much", token=None)

    def assign(self, key: str, val: Any) -> None:
        """As Liquid does, which would add all variables up again each time."""
        self._held += size(val) - (size(self.locals[key]) if key in self.locals else 0)
        self.locals[key] = val
        if self._held > MAX_SIZE:
            raise LocalNamespaceLimitError("local namespace limit reached", token=None)


class Metered(BoundTemplate):
    """A template that is rendered with a meter."""

    context_class = Meter


def bounded_filter(name: str, apply: Callable[..., Any]) -> Callable[..., Any]:
    """The filter, refusing to read or to make more than MAX_SIZE."""
    informed = getattr(apply, "with_context", False)

    @functools.wraps(apply)
    def bounded(value: Any, *args: Any, context: Meter, **named: Any) -> Any:
        sizes = [size(item) for item in (value, *args, *named.values())]
        read = math.prod(sizes) if name in MULTIPLYING else sum(sizes)
        if read > MAX_SIZE:
            raise FilterArgumentError(f"{name} is given too much", token=None)
        context.charge(COST_OF_A_FILTER + read)
        result = apply(value, *args, context=context, **named) if informed else apply(value, *args, **named)
        if size(result) > MAX_SIZE or (isinstance(result, int) and abs(result) > MAX_INTEGER):
            raise FilterArgumentError(f"the result of {name} is too large", token=None)
        return result

    bounded.with_context = True  # type: ignore[attr-defined]
    return bounded


def size(value: Any, depth: int = 0) -> int:
    """How much there is to go through: characters and items at any depth, or 1 for a single thing.

    What is nested too deeply is too much.
    """
    if isinstance(value, range):
        return value.stop - value.start  # len() overflows
    if isinstance(value, str):
        return max(1, len(value))
    if isinstance(value, dict):
        return size([*value, *value.values()], depth)
    if not isinstance(value, list | tuple):
        return 1
    if depth == MAX_DEPTH or len(value) > MAX_SIZE:
        return MAX_SIZE + 1
    return 1 + sum(size(item, depth + 1) for item in value)
