"""What a `send` does when no receipt comes: it goes to the next channel after a while."""

from collections.abc import Mapping
from typing import Literal

from domain.delivery import ChannelName, Reported
from domain.durations import Duration
from domain.journey.parts import Part

# As many as are used unasked; who has named more has named them to be reached.
USUALLY = 3
_ALL = frozenset({Reported.DELIVERED, Reported.OPENED, Reported.CLICKED})
# What receipts of a channel can say, if they come to us at all. Nobody hears that a text message was read.
TELLS: Mapping[ChannelName, frozenset[Reported]] = {
    **dict.fromkeys(ChannelName, _ALL),
    ChannelName.SMS: _ALL - {Reported.OPENED},
    ChannelName.VOICE: frozenset({Reported.DELIVERED}),
}
# By channel and receipt, what to do so that a deployment hears of it: what its providers do not tell, or cannot.
Unheard = Mapping[tuple[str, str], str]


class Fallback(Part):
    """`{unless: delivered, after: 30m}`: the next channel, if by then no receipt says at least this."""

    unless: Literal["delivered", "opened", "clicked"]
    after: Duration


def is_silent(channel: ChannelName, fallback: Fallback) -> bool:
    """Whether no receipt of this channel ever says what is waited for."""
    return fallback.unless not in TELLS[channel]


def receipt_of(fallback: Fallback) -> str:
    """What the receipt that is waited for is called where it is an event."""
    return f"message_{fallback.unless}"
