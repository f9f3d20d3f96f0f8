"""How often codes may be tried: growing delays after wrong ones in a row, then a lock-out, and the way back.

Worked out: three wrong codes cost nothing, the fourth try comes after 1 s, the fifth after 2 s, ... the tenth after
64 s. From the tenth wrong one on each costs an hour, and after a hundred (NIST SP 800-63B allows no more) an
administrator has to let the person in again. A hundred tries at three valid codes in a million have a chance of 1 in
3,333. The right code ends the count; so does a person's administrator, and a recovery code has a count of its own.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

FREE = 3  # wrong codes before there is any delay: people mistype
FIRST_DELAY = timedelta(seconds=1)  # doubled with each wrong code
LOCKED_FROM = 10
LOCK = timedelta(hours=1)
ENDED_FROM = 100
ASK_AGAIN = timedelta(days=1)  # what is said of a lock-out that does not end by itself
NONE = timedelta()


@dataclass(frozen=True, slots=True)
class Wait:
    """Not now. `until_unlocked` if waiting alone does not help."""

    left: timedelta
    until_unlocked: bool = False


def delay(failures: int) -> timedelta:
    """How long nothing is judged after this many wrong codes in a row."""
    if failures >= LOCKED_FROM:
        return LOCK
    return FIRST_DELAY * 2 ** (failures - FREE) if failures >= FREE else NONE


def wait(failures: int, failed_at: datetime, now: datetime) -> Wait | None:
    """What still has to be waited for, None if a code may be tried. `failed_at` is when the last one was wrong."""
    if failures >= ENDED_FROM:
        return Wait(ASK_AGAIN, until_unlocked=True)
    pause = delay(failures)
    left = failed_at + pause - now
    # Without a pause there is nothing to wait for, although the last one may be later than now: of two at the same
    # moment the one that is judged first may have begun second.
    return Wait(min(left, LOCK)) if pause and left > NONE else None
