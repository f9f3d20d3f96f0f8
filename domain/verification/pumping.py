"""SMS pumping: somebody asks for codes to numbers that pay them for each text, and nobody ever types one in.

Seen by ranges of numbers: many sends, few of them approved. Sending there stops, and somebody is told.
"""

from dataclasses import dataclass
from datetime import timedelta

WINDOW = timedelta(hours=24)
# People need a while to type a code: sends of the last minutes say nothing yet.
GRACE = timedelta(minutes=5)
ENOUGH = 40  # sends to unknown people, before a share of them means anything
LEAST_SHARE = 0.2  # of codes sent to people half and more come back; of pumped ones almost none
STOPPED_FOR = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Traffic:
    """What went to a range of numbers in the window: verifications, and how many of them were approved."""

    asked: int
    approved: int


def is_pumped(traffic: Traffic) -> bool:
    """Whether a range looks like being pumped.

    >>> is_pumped(Traffic(asked=39, approved=0)), is_pumped(Traffic(asked=40, approved=7))
    (False, True)
    >>> is_pumped(Traffic(asked=40, approved=8)), is_pumped(Traffic(asked=1000, approved=600))
    (False, False)
    """
    return traffic.asked >= ENOUGH and traffic.approved < traffic.asked * LEAST_SHARE
