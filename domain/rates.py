"""How many messages a sender may hand over in a while, as the setting HOMING_RATES says it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from domain.errors import BadInput
from domain.shown import shown

# What providers allow depends on the account, so that nobody's default would fit. They say themselves when it is too
# much, and that is kept to in any case.
DEFAULT = "none"
UNITS = {
    "s": timedelta(seconds=1),
    "min": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
}
FORM = re.compile(r"([a-z][a-z_]*)=([0-9]{1,9})/(s|min|h|d)")
FASTEST = timedelta(microseconds=100)  # ten thousand a second: beyond it a limit limits nothing


@dataclass(frozen=True, slots=True)
class Rate:
    """So many in a while, one by one: none comes sooner than `interval` after the one before it."""

    count: int
    unit: str

    @property
    def interval(self) -> timedelta:
        """From one message to the next.

        >>> Rate(600, "min").interval
        datetime.timedelta(microseconds=100000)
        """
        return UNITS[self.unit] / self.count

    def __str__(self) -> str:
        return f"{self.count}/{self.unit}"


Rates = Mapping[str, Rate]  # by the name of a channel or of a provider


def read(text: str) -> Rates:
    """`sms=10/s, twilio=100/s`; nothing for `none`. Raises BadInput for anything else."""
    if text.strip() == DEFAULT:
        return {}
    read_so_far: dict[str, Rate] = {}
    for part in text.split(","):
        name, rate = _rate(part.strip())
        if name in read_so_far:
            raise BadInput(f"the rate of {name} is given twice")
        read_so_far[name] = rate
    return read_so_far


def _rate(text: str) -> tuple[str, Rate]:
    match = FORM.fullmatch(text)
    if not match or int(match[2]) == 0:
        form = f"write sms=10/s with the name of a channel or a provider, and one of {', '.join(UNITS)}"
        raise BadInput(f"{shown(text)} is no rate; {form}; or {DEFAULT} alone")
    rate = Rate(int(match[2]), match[3])
    if rate.interval < FASTEST:
        raise BadInput(
            f"rate {shown(text)} is above {timedelta(seconds=1) // FASTEST} a second, where it limits nothing"
        )
    return match[1], rate
