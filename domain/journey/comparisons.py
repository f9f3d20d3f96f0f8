"""How conditions compare a value of an attribute or a property: strictly, so that a slip of type reaches nobody."""

from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field, Strict, model_validator

from domain.journey.parts import Part

COMPARISONS = ("equals", "in", "above", "below", "exists")


def _scalar(value: object) -> object:
    """5.0 is read as 5, so that the same meaning has the same version."""
    if not isinstance(value, str | int | float):
        raise ValueError("must be text, a number, true or false")
    return int(value) if isinstance(value, float) and value.is_integer() else value


Scalar = Annotated[str | int | float | bool, BeforeValidator(_scalar)]
Number = Annotated[float, Strict(), Field(allow_inf_nan=False)]


class Comparison(Part):
    """One of `equals`, `in`, `above`, `below` and `exists`."""

    equals: Scalar | None = None
    in_: Annotated[tuple[Scalar, ...], Field(min_length=1)] | None = Field(None, alias="in")
    above: Number | None = None
    below: Number | None = None
    exists: Annotated[bool, Strict()] | None = None

    @model_validator(mode="after")
    def _one_comparison(self) -> Self:
        given = {"equals", "in_", "above", "below", "exists"} & self.model_fields_set
        if len(given) != 1:
            raise ValueError(f"give exactly one of {', '.join(COMPARISONS)}")
        if getattr(self, given.pop()) is None:
            raise ValueError("null compares with nothing; write `exists: false` for what is not there")
        return self

    def compares(self, value: Any) -> bool:
        """Whether a value is what this asks for; a missing one is None."""
        if self.exists is not None:
            return (value is not None) == self.exists
        if self.in_ is not None:
            return any(_same(value, option) for option in self.in_)
        if self.equals is not None:
            return _same(value, self.equals)
        if isinstance(value, bool) or not isinstance(value, int | float):
            return False
        return (self.above is not None and value > self.above) or (self.below is not None and value < self.below)


def _same(left: Any, right: str | int | float | bool) -> bool:
    """True is not 1 and "1" is not 1: a comparison that changes type by accident sends to the wrong people."""
    return isinstance(left, bool) == isinstance(right, bool) and bool(left == right)
