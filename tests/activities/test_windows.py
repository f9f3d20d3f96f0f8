"""WhatsApp over what is stored: free text to who wrote today, approved words to others, or the next channel."""

from datetime import datetime, timedelta

import pytest

from activities.orders import Delivered
from activities.windows import Windows
from channels.protocol import Failure
from domain.addresses import fingerprint
from domain.delivery import Outcome
from models.inbound import InboundMessage
from tests.activities.conftest import Fakes
from tests.activities.desk import ALICE, NOW, TEMPLATES, Desk
from tests.fakes import refusal

SID = "HX" + "0" * 32
SENT = Delivered(Outcome.SENT, closed=False)
VIA = ("whatsapp", "sms")


@pytest.fixture
def windowed(desk: Desk) -> Desk:
    """Nothing is approved."""
    desk.windows = Windows(TEMPLATES, {("other", "en"): SID}.get)
    return desk


def writes(desk: Desk, at: datetime, *, address: str = str(ALICE["phone"]), channel: str = "whatsapp") -> None:
    """Somebody writes to us."""
    mark, one = fingerprint(channel, address), f"{channel}{at:%H%M}{address[-4:]}"
    row = InboundMessage(id=one, channel=channel, provider_id=one, fingerprint=mark, deed="heard", received_at=at)
    with desk.database.session() as session:
        session.add(row)


def test_who_has_never_written_is_reached_by_the_next_channel(windowed: Desk, fakes: Fakes) -> None:
    """WhatsApp is not even asked, and the books say why."""
    assert windowed.deliver(windowed.order(via=VIA)) == SENT
    assert (fakes["whatsapp"].taken, windowed.story()) == ([], [("sms", "accepted", None)])
    assert windowed.rules() == [("whatsapp", "outside_window"), ("sms", "address_usable")]


def test_who_wrote_today_from_there_gets_free_text(windowed: Desk, fakes: Fakes) -> None:
    """What came from another number, by another channel or before yesterday opens nothing."""
    writes(windowed, NOW - timedelta(hours=1), address="+14155550199")
    writes(windowed, NOW - timedelta(hours=2), channel="sms")
    writes(windowed, NOW - timedelta(hours=25))
    windowed.deliver(windowed.order(via=VIA))
    writes(windowed, NOW - timedelta(hours=3))
    windowed.deliver(windowed.order(via=VIA, step="again"))
    assert [channel for channel, *_ in windowed.story()] == ["sms", "whatsapp"]
    [sent] = fakes["whatsapp"].taken
    assert (sent.text, sent.content_sid, sent.content_variables) == ("Hello", None, None)


def test_approved_words_reach_everybody(windowed: Desk, fakes: Fakes) -> None:
    """As the provider's copy with its variables, which a retry sends as well."""
    windowed.windows = Windows(TEMPLATES, {("hello", "en"): SID}.get)
    fakes["whatsapp"].raises = [refusal(Failure.TRANSIENT, "busy")]
    windowed.refused(windowed.order(via=VIA))
    assert windowed.deliver(windowed.order(via=VIA, now=NOW + timedelta(days=2))) == SENT
    [sent] = fakes["whatsapp"].taken
    assert (sent.content_sid, sent.content_variables, sent.text) == (SID, {"1": "Hello"}, "Hello")


def test_free_text_that_is_put_off_beyond_the_window_goes_by_the_next_channel(windowed: Desk, fakes: Fakes) -> None:
    """It was allowed when it was decided on, and is not any more."""
    writes(windowed, NOW - timedelta(hours=23))
    fakes["whatsapp"].raises = [refusal(Failure.TRANSIENT, "busy")]
    windowed.refused(windowed.order(via=VIA))
    assert windowed.deliver(windowed.order(via=VIA, now=NOW + timedelta(hours=1))) == SENT
    assert windowed.story() == [("whatsapp", "failed", "outside_window"), ("sms", "accepted", None)]
