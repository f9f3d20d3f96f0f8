"""The day after a person wrote, in which anything may be said to them."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.contact.windows import narrow
from domain.delivery import Decision, Verdict

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
TODAY, YESTERDAY = NOW - timedelta(hours=23, minutes=59), NOW - timedelta(hours=24)
SID = "HX" + "0" * 32

CASES = [
    # channel, when they last wrote there, the approved copy, whether it may go, the copy that goes
    ("whatsapp", TODAY, None, True, None),
    ("whatsapp", TODAY, SID, True, None),  # our own words as long as they may be said
    ("whatsapp", YESTERDAY, SID, True, SID),
    ("whatsapp", YESTERDAY, None, False, None),
    ("whatsapp", None, SID, True, SID),  # the first message of all
    ("whatsapp", None, None, False, None),
    ("messenger", TODAY, None, True, None),
    ("messenger", YESTERDAY, None, False, None),
    ("messenger", None, None, False, None),
    ("sms", None, None, True, None),  # knows no such thing
]


@pytest.mark.parametrize(("channel", "last", "copy", "may", "sent"), CASES)
def test_outside_of_the_window_only_approved_words_go(
    channel: str, last: datetime | None, copy: str | None, may: bool, sent: str | None
) -> None:
    """What is refused says when the person last wrote, and the next channel has its turn."""
    usable = Decision(channel, Verdict.ALLOWED, "address_usable", {"via": "preferred"})
    heard, copies = ({channel: last} if last else {}), ({channel: copy} if copy else {})
    [found] = narrow([usable], heard, copies, NOW)
    assert (found.verdict is Verdict.ALLOWED, found.inputs.get("content_sid")) == (may, sent)
    assert found.rule == ("address_usable" if may else "outside_window")
    if channel != "sms":
        assert found.inputs["last_inbound_at"] == (last.isoformat() if last else None)


def test_what_is_refused_already_stays_as_it_is() -> None:
    """The first reason counts."""
    refused = Decision("whatsapp", Verdict.REFUSED, "suppressed", {})
    assert narrow([refused], {}, {}, NOW) == [refused]
