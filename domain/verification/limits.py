"""How often codes may be sent: per contact point, block of numbers, caller's address, account, and in all.

A limit looks at one instant: when the send that was `most` sends ago took place. If that is within the window, the
next one has to wait until it no longer is.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class Scope(StrEnum):
    """What sends are counted by."""

    CONTACT = "contact"  # one number or mailbox
    BLOCK = "block"  # 10,000 numbers next to each other
    CLIENT = "client"  # the internet address that asked
    ACCOUNT = "account"  # one user, or the contact point itself where nobody is known
    OVERALL = "overall"


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` sends in any stretch of time as long as `within`."""

    scope: Scope
    most: int
    within: timedelta


LIMITS = (
    # A person who cannot find the code asks a few times, then asks for help.
    Limit(Scope.CONTACT, 6, HOUR),
    Limit(Scope.CONTACT, 15, DAY),
    # A block holds many people, but few of them sign up with one product in one hour.
    Limit(Scope.BLOCK, 30, HOUR),
    Limit(Scope.BLOCK, 100, DAY),
    # An office or a mobile network shares an address; a script has one too.
    Limit(Scope.CLIENT, 30, HOUR),
    Limit(Scope.CLIENT, 100, DAY),
    # Phone and mailbox together.
    Limit(Scope.ACCOUNT, 10, HOUR),
    Limit(Scope.ACCOUNT, 25, DAY),
)


def overall(per_minute: int) -> Limit:
    """The limit of a whole deployment, which bounds what a day of abuse can cost."""
    return Limit(Scope.OVERALL, per_minute, timedelta(minutes=1))


def frees_at(limit: Limit, before: datetime | None, now: datetime) -> datetime | None:
    """When the next send may be, None for at once. `before` is when the send `most` sends ago was, if there was one.

    >>> from datetime import UTC
    >>> noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
    >>> limit = Limit(Scope.CONTACT, 6, HOUR)
    >>> frees_at(limit, noon, noon + timedelta(minutes=50)).isoformat()
    '2026-03-01T13:00:00+00:00'
    >>> frees_at(limit, noon, noon + HOUR) is None
    True
    """
    if before is None or now >= before + limit.within:
        return None
    return before + limit.within


def strictest(befores: Mapping[Limit, datetime | None], now: datetime) -> tuple[Limit, datetime] | None:
    """The limit that holds longest, and until when; None if none does."""
    found = [(limit, until) for limit, before in befores.items() if (until := frees_at(limit, before, now))]
    return max(found, key=lambda one: one[1], default=None)
