"""`replace` as in `dataclasses`, but several times as fast: machines take steps all day, and each step is a copy.

It is for frozen dataclasses without slots and without `__post_init__`.
"""

from typing import TYPE_CHECKING, Any, TypeVar

T = TypeVar("T")

if TYPE_CHECKING:  # so that the names and types of what changes are checked
    from dataclasses import replace as replace
else:
    new, put = object.__new__, object.__setattr__

    def replace(instance: T, /, **changes: Any) -> T:
        """The same with some fields changed."""
        copy = new(type(instance))
        put(copy, "__dict__", instance.__dict__ | changes)
        return copy
