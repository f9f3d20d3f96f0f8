"""Journeys of which nobody could oversee all ways are not worked through to the end."""

from dataclasses import dataclass

from domain.errors import BadInput


class TooManyWays(BadInput):
    """There are more ways through a journey than can be told apart in reasonable time."""


@dataclass(slots=True)
class Patience:
    """So much work is done for an answer, and no more."""

    journey: str
    left: int

    def spend(self, work: int) -> None:
        """Raises TooManyWays once too much was done."""
        self.left -= work
        if self.left < 0:
            found = f"journey {self.journey} has too many ways through it to look at all of them"
            raise TooManyWays(f"{found}; nest fewer repeats, or split it up")
