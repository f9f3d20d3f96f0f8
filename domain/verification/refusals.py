"""Why a code is not sent, or not judged: a word for metrics, a line for people, and how long to wait if that helps."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from domain.errors import Refused
from domain.verification.limits import Scope


class Kind(StrEnum):
    """What stands against it."""

    COOL_DOWN = "cool_down"
    CONTACT = "contact_limit"
    BLOCK = "block_limit"
    CLIENT = "client_limit"
    ACCOUNT = "account_limit"
    OVERALL = "overall_limit"
    SENDS = "sends_limit"  # of one verification
    PUMPING = "pumping"
    COUNTRY = "country"
    CHECKS = "checks_limit"  # of one verification


KIND_OF = {
    Scope.CONTACT: Kind.CONTACT,
    Scope.BLOCK: Kind.BLOCK,
    Scope.CLIENT: Kind.CLIENT,
    Scope.ACCOUNT: Kind.ACCOUNT,
    Scope.OVERALL: Kind.OVERALL,
}
MESSAGES = {
    Kind.COOL_DOWN: "a code is on its way; wait a moment before another is sent",
    Kind.CONTACT: "this number or mailbox was sent as many codes as it may be",
    Kind.BLOCK: "numbers next to this one were sent as many codes as they may be",
    Kind.CLIENT: "this internet address has asked for as many codes as it may",
    Kind.ACCOUNT: "this account was sent as many codes as it may be",
    Kind.OVERALL: "more codes were asked for than this deployment sends in a minute",
    Kind.SENDS: "this code was sent as often as it may be; start a new verification",
    Kind.PUMPING: "codes to numbers like this one are stopped for now; offer another channel",
    Kind.CHECKS: "too many wrong codes; start a new verification",
}


@dataclass(frozen=True, slots=True)
class Refusal:
    """`alert` if somebody should be told at once; `place` is a country or a range of numbers."""

    kind: Kind
    message: str
    wait: timedelta | None = None
    alert: bool = False
    place: str | None = None


def refuse(kind: Kind, wait: timedelta | None = None, *, alert: bool = False, place: str | None = None) -> Refusal:
    """A refusal in its usual words."""
    return Refusal(kind, MESSAGES[kind], wait, alert, place)


class WrongCode(Refused):
    """The code is wrong. `left` says how many more are judged."""

    def __init__(self, left: int) -> None:
        many = f"{left} tries are left" if left != 1 else "one try is left"
        super().__init__(f"this code is wrong; {many if left else 'start a new verification'}")
        self.left = left
