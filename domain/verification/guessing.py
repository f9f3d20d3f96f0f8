"""Wrong codes of one account, over all its verifications: growing delays, and at a hundred in a row the end.

NIST 800-63B, 5.2.2: no more than 100 consecutive failed attempts on a single account.
"""

from datetime import datetime, timedelta

LOCKED_AT = 100
FREE = 10  # two verifications gone wrong are somebody with a bad day
EVERY = 5  # as many as one verification takes
FIRST_DELAY, LONGEST_DELAY = timedelta(minutes=1), timedelta(hours=1)


def delay(failures: int) -> timedelta:
    """How long nothing of the account is judged after so many wrong codes in a row.

    A minute after the tenth, two after the fifteenth, and so on up to an hour: to the hundredth it takes 12 hours.

    >>> [delay(failures).total_seconds() / 60 for failures in (9, 10, 11, 15, 20, 35, 40, 99)]
    [0.0, 1.0, 0.0, 2.0, 4.0, 32.0, 60.0, 0.0]
    """
    if failures < FREE or failures % EVERY:
        return timedelta(0)
    doublings = min((failures - FREE) // EVERY, 10)
    return min(FIRST_DELAY * (1 << doublings), LONGEST_DELAY)


def delayed_until(failures: int, last: datetime | None, now: datetime) -> datetime | None:
    """Until when the account has to wait, None if it need not."""
    until = last + delay(failures) if last else None
    return until if until and now < until else None


def is_locked(failures: int) -> bool:
    """Whether nothing is judged any more until an operator has unlocked the account."""
    return failures >= LOCKED_AT
