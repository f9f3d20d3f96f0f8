"""Which channel a code goes to: the first, the one that the person asks for, or the next one when one stays silent."""

from collections.abc import Collection, Sequence
from datetime import timedelta

from domain.delivery import ChannelName, Outcome
from domain.verification.life import LONGEST_CALL, MOST_SENDS, SILENCE

# Receipts of these say whether it has arrived. A mail is delivered to a server, which says nothing of the person.
TELLING = frozenset({ChannelName.SMS, ChannelName.WHATSAPP, ChannelName.VOICE})


def next_channel(channels: Sequence[str], tried: Collection[str], sends: int) -> str | None:
    """The channel to fall back to, None if all were tried or the code was sent often enough.

    >>> next_channel(["sms", "whatsapp", "email"], {"sms"}, 1), next_channel(["sms"], {"sms"}, 1)
    ('whatsapp', None)
    """
    if sends >= MOST_SENDS:
        return None
    return next((channel for channel in channels if channel not in tried), None)


def waits_for_receipt(channel: str, outcome: Outcome | None, receipts: bool) -> bool:
    """Whether silence after a send is a reason to try the next channel; without receipts all would be silent."""
    return outcome is Outcome.UNKNOWN or (receipts and channel in TELLING and outcome is Outcome.SENT)


def silence(channel: str) -> timedelta:
    """After how long without a receipt the next channel is tried: a call has not arrived before it has been heard."""
    return LONGEST_CALL if channel == ChannelName.VOICE else SILENCE


def falls_back_at_once(outcome: Outcome | None) -> bool:
    """Whether a send has failed for good."""
    return outcome is Outcome.FAILED
