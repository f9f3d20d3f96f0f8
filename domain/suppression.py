"""Why nothing is sent to an address on a channel, whoever's it is and whoever asks."""

from collections.abc import Collection
from enum import StrEnum


class Reason(StrEnum):
    """The gravest first: it is the one that decisions name."""

    OPTED_OUT = "opted_out"  # wrote STOP, or the provider says so
    BOUNCED = "bounced"  # there is no such mailbox
    COMPLAINED = "complained"  # reported a mail as spam
    UNSUBSCRIBED = "unsubscribed"  # by the provider's own link


# What the law and a person's own interest still let through: a code, a changed appointment.
SPARES_TRANSACTIONAL = frozenset({Reason.COMPLAINED, Reason.UNSUBSCRIBED})


def barring(reasons: Collection[Reason], *, transactional: bool = False) -> Reason | None:
    """The reason for which a message may not go to an address, None if it may.

    >>> barring([Reason.COMPLAINED]), barring([Reason.COMPLAINED], transactional=True)
    (<Reason.COMPLAINED: 'complained'>, None)
    """
    spared = SPARES_TRANSACTIONAL if transactional else frozenset()
    return next((reason for reason in Reason if reason in reasons and reason not in spared), None)
