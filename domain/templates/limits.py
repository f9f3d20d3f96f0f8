"""How much a template may do, and filters that keep to it; Liquid itself limits loops, output and variables only."""

import functools
import math
from collections.abc import Callable
from typing import Any

from liquid.exceptions import FilterArgumentError

# Iterations; those of nested loops multiply: 30 rows of 30 cells are fine, 40 of 40 are not.
MAX_LOOP = 1_000
# Bytes of output and of variables, characters or items that a filter reads or makes. Gmail clips mail at 102 kB.
MAX_SIZE = 200_000
MAX_INTEGER = 10**30
# Their result grows with the product of what they are given, all others' with the sum.
MULTIPLYING = {"join", "replace"}


def bounded_filter(name: str, apply: Callable[..., Any]) -> Callable[..., Any]:
    """The filter, refusing to read or to make more than MAX_SIZE."""

    @functools.wraps(apply)
    def bounded(value: Any, *args: Any, **named: Any) -> Any:
        sizes = [size(item) for item in (value, *args)]
        if (math.prod(sizes) if name in MULTIPLYING else sum(sizes)) > MAX_SIZE:
            raise FilterArgumentError(f"{name} is given too much", token=None)
        result = apply(value, *args, **named)
        if size(result) > MAX_SIZE or (isinstance(result, int) and abs(result) > MAX_INTEGER):
            raise FilterArgumentError(f"the result of {name} is too large", token=None)
        return result

    return bounded


def size(value: Any) -> int:
    """How much there is to go through: characters, items, or 1 for a single thing."""
    if isinstance(value, range):
        return value.stop - value.start  # len() overflows
    return max(1, len(value)) if isinstance(value, str | list | tuple | dict) else 1
