"""The verdict looks at what came back as well: receipts, answers, and whether STOP was the end of it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from demo import echoes
from demo.scenario import Actor
from domain.inbound import Deed
from models.inbound import InboundMessage
from models.messages import Message

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
ALICE = Actor.model_validate(
    {
        "person": {"user_id": "alice", "phone": "+14155550123"},
        "does": [{"after": "1d", "writes": "STOP", "via": "sms"}, {"after": "2d", "event": "first_use"}],
        "expects": ["welcome/sms"],
        "ends": "completed",
    }
)


def message(hours: int = 0, receipt: str | None = "delivered", channel: str = "sms") -> Message:
    """A message to Alice, so long after noon."""
    at = NOON + timedelta(hours=hours)
    values: dict[str, Any] = {"user_id": "alice", "template": "tips", "channel": channel, "reserved_at": at}
    return Message(**values, state="accepted", receipt=receipt)


def written(deed: Deed = Deed.STOPPED) -> InboundMessage:
    """What Alice wrote at noon."""
    values: dict[str, Any] = {"user_id": "alice", "channel": "sms", "deed": deed, "received_at": NOON}
    return InboundMessage(**values)


@pytest.mark.parametrize(
    ("row", "deed", "wrong"),
    [
        (message(-1), Deed.STOPPED, False),
        (message(1), Deed.STOPPED, True),
        (message(1, channel="email"), Deed.STOPPED, False),  # she only wants no texts
        (message(1), Deed.HEARD, False),  # she asked something
    ],
)
def test_nobody_who_said_stop_is_written_to_on_that_channel(row: Message, deed: Deed, wrong: bool) -> None:
    """Whatever else went wrong in a run."""
    assert bool(echoes.pestered([row], [written(deed)])) is wrong


@pytest.mark.parametrize(
    ("receipt", "wrong"),
    [("delivered", False), ("clicked", False), ("sent", True), (None, True), ("undelivered", True)],
)
def test_a_message_that_did_not_arrive_by_its_providers_word_is_told(receipt: str | None, wrong: bool) -> None:
    """The loop is open there."""
    assert bool(echoes.unreported([message(receipt=receipt)])) is wrong


@pytest.mark.parametrize(
    ("heard", "all_of_it", "wrong"),
    [(0, True, True), (0, False, False), (1, True, False), (2, True, True), (2, False, True)],
)
def test_an_answer_is_heard_once(heard: int, all_of_it: bool, wrong: bool) -> None:
    """After an outage it may be lost, as at Twilio; it is never taken twice."""
    assert bool(echoes.unheard([ALICE], [written()] * heard, all_of_it=all_of_it)) is wrong
