"""What a receipt changes beside its message: whether its address may be written to again."""

from dataclasses import dataclass

from domain.receipts import Blame, Receipt
from domain.receipts import ReceiptState as S
from domain.suppression import Reason


@dataclass(frozen=True, slots=True)
class Consequence:
    """What a receipt changes beside the message: the address is suppressed, freed again, or ended for this person."""

    suppress: Reason | None = None
    free: Reason | None = None
    end: str | None = None
    alert: bool = False


def consequence(receipt: Receipt) -> Consequence:
    """What follows from a receipt for the address it is about."""
    match receipt.state:
        case S.COMPLAINED:
            return Consequence(suppress=Reason.COMPLAINED)
        case S.UNSUBSCRIBED:
            return Consequence(suppress=Reason.UNSUBSCRIBED)
        case S.RESUBSCRIBED:
            return Consequence(free=Reason.UNSUBSCRIBED)
        case S.UNDELIVERED | S.FAILED | S.BOUNCED:
            return _of_failure(receipt)
        case _:
            return Consequence()


def _of_failure(receipt: Receipt) -> Consequence:
    if receipt.blame is not Blame.PERSON:
        return Consequence(alert=receipt.blame is Blame.OURS)
    if receipt.reason in list(Reason):
        return Consequence(suppress=Reason(receipt.reason))
    return Consequence(end=receipt.reason or "unreachable")
