"""The day after a person wrote: on WhatsApp and Messenger only then may anything be said to them.

Later WhatsApp takes a copy of our words that it has approved, and Messenger takes nothing. Both refuse the rest, and
take it amiss from who tries too often, so that it is decided here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from domain.delivery import ChannelName, Decision, Verdict

WINDOW = timedelta(hours=24)  # Meta's, for both; 09:00 on Monday is open until 09:00 on Tuesday, and not then
WINDOWED = frozenset({ChannelName.WHATSAPP, ChannelName.MESSENGER})
RULE = "outside_window"


def is_open(last_inbound_at: datetime | None, now: datetime) -> bool:
    """Whether the person wrote, from the address that is to be written to, less than a day ago."""
    return last_inbound_at is not None and now - last_inbound_at < WINDOW


def narrow(
    decisions: Sequence[Decision], heard: Mapping[str, datetime], copies: Mapping[str, str], now: datetime
) -> list[Decision]:
    """The same decisions; of channels with a window those that it is open for, or that have an approved copy.

    By channel, `heard` is when the person last wrote there and `copies` the provider's id of the approved words. The
    copy to send stands in the inputs as `content_sid`: while the window is open there is none.
    """
    return [_narrow(one, heard.get(str(one.channel)), copies.get(str(one.channel)), now) for one in decisions]


def _narrow(one: Decision, last: datetime | None, copy: str | None, now: datetime) -> Decision:
    if one.verdict is not Verdict.ALLOWED or one.channel not in WINDOWED:
        return one
    inputs = {**one.inputs, "last_inbound_at": last.isoformat() if last else None}
    if is_open(last, now):
        return replace(one, inputs=inputs)
    if copy:
        return replace(one, inputs={**inputs, "content_sid": copy})
    return Decision(one.channel, Verdict.REFUSED, RULE, inputs)
