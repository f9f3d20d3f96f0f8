"""The life of a verification: how long a code is good for, how often it is tried and sent, and what it may become."""

from datetime import datetime, timedelta
from enum import StrEnum

VALID_FOR = timedelta(minutes=10)  # NIST 800-63B, 5.1.3.2: out-of-band secrets are good for at most ten minutes
MOST_CHECKS = 5  # of 10^6 codes five guesses hit one in 200,000 times
MOST_SENDS = 5
# After how long the same contact point gets a code again, by how many it got in the last ten minutes: half a minute
# after the first, four after the fourth. All five fit into the ten minutes: 30 + 60 + 120 + 240 = 450 seconds.
COOL_DOWNS = (timedelta(seconds=30), timedelta(minutes=1), timedelta(minutes=2), timedelta(minutes=4))
# How long a phone may be silent before the next channel is tried. Nine in ten receipts come within 20 seconds.
SILENCE = timedelta(seconds=45)
LONGEST_CALL = timedelta(seconds=90)  # half a minute of ringing, and the code twice in another one


class State(StrEnum):
    """All but the first are final."""

    PENDING = "pending"
    APPROVED = "approved"
    EXPIRED = "expired"  # ten minutes are over
    FAILED = "failed"  # too many wrong codes
    CANCELED = "canceled"  # by who asked for it, or by a newer one for the same purpose


def state_at(state: str, expires: datetime, now: datetime) -> State:
    """The state as of now: a pending one is over at the end of its time, whether or not anybody has noted it."""
    return State.EXPIRED if state == State.PENDING and now >= expires else State(state)


def cool_down(sends: int) -> timedelta:
    """The pause after so many sends to one contact point in ten minutes.

    >>> [cool_down(sends).seconds for sends in (0, 1, 2, 3, 4, 9)]
    [0, 30, 60, 120, 240, 240]
    """
    return COOL_DOWNS[min(sends, len(COOL_DOWNS)) - 1] if sends else timedelta(0)


def resend_at(sends: int, last: datetime | None) -> datetime | None:
    """When the same contact point may get a code again, by how many went there in ten minutes; None for at once."""
    return last + cool_down(sends) if last else None


def after_wrong(checks: int) -> State:
    """What a wrong code makes of it; `checks` counts that one.

    >>> after_wrong(4), after_wrong(5)
    (<State.PENDING: 'pending'>, <State.FAILED: 'failed'>)
    """
    return State.FAILED if checks >= MOST_CHECKS else State.PENDING


def resends_left(sends: int) -> int:
    """How often the code may still be sent.

    >>> resends_left(1), resends_left(5)
    (4, 0)
    """
    return max(0, MOST_SENDS - sends)
