"""What a journey says of how its messages may disturb people."""

from dataclasses import dataclass
from typing import Literal

Capped = Literal["skip", "hold"]
Priority = Literal["high", "normal", "low"]


@dataclass(frozen=True, slots=True)
class Terms:
    """`quiet_hours` as in a journey file, None for those of the deployment; `zone` is the journey's own."""

    transactional: bool = False
    capped: Capped = "skip"
    quiet_hours: str | None = None
    zone: str | None = None
    priority: Priority = "normal"
