"""A posted form, with every value of a name: signatures are over all of them."""

from collections.abc import Iterator, Mapping
from typing import Self
from urllib.parse import parse_qsl

MOST_FIELDS = 500  # Twilio posts some thirty, and a few for each of at most ten media


class Form(Mapping[str, str]):
    """A form's fields; `form[name]` is the last value, `getlist` gives all, as Twilio's validator asks."""

    def __init__(self, pairs: list[tuple[str, str]]) -> None:
        self._values: dict[str, list[str]] = {}
        for name, value in pairs:
            self._values.setdefault(name, []).append(value)

    @classmethod
    def parse(cls, body: bytes) -> Self:
        """Read an urlencoded body. Raises ValueError for one that is none."""
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=MOST_FIELDS)
        return cls(pairs)

    def getlist(self, name: str) -> list[str]:
        """All values of a name."""
        return self._values[name]

    def __getitem__(self, name: str) -> str:
        return self._values[name][-1]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)
