"""Whether a message goes out, and on which channel: tables."""

import json
from collections.abc import Sequence
from dataclasses import replace

import pytest

from domain.contact.choosing import choose
from domain.delivery import Endpoint, MessageState, Outcome, Verdict, conclude
from domain.suppression import Reason

PHONE = Endpoint("sms", "+5511987654321")
WHATSAPP = Endpoint("whatsapp", "+5511987654321")
MAIL = Endpoint("email", "alice@example.com")
DEAD_MAIL = Endpoint("email", "alice@example.com", ended_reason="hard_bounce")
ALL = ["sms", "whatsapp", "email"]


@pytest.mark.parametrize(
    ("via", "preferred", "endpoints", "written", "served", "decided"),
    [
        (None, ["email"], [MAIL, PHONE], ALL, ALL, ["email: address_usable"]),
        (None, ["email", "sms"], [MAIL, PHONE], ALL, ALL, ["email: address_usable", "sms: address_usable"]),
        (None, ["sms", "email"], [MAIL, PHONE], ALL, ALL, ["sms: address_usable", "email: address_usable"]),
        (["sms"], ["email"], [MAIL, PHONE], ALL, ALL, ["sms: address_usable"]),  # the step's order beats the person's
        (["email", "email"], [], [MAIL], ALL, ALL, ["email: address_usable"]),  # each once
        (["whatsapp", "sms"], [], [PHONE], ALL, ALL, ["whatsapp: no_address", "sms: address_usable"]),
        (["sms"], [], [MAIL], ALL, ALL, ["sms: no_address"]),
        (["email", "sms"], [], [DEAD_MAIL, PHONE], ALL, ALL, ["email: address_ended", "sms: address_usable"]),
        (["email"], [], [MAIL], ["sms"], ALL, ["email: no_text_for_channel"]),
        (["whatsapp"], [], [WHATSAPP], ALL, ["sms", "email"], ["whatsapp: channel_not_configured"]),
        (["email"], [], [DEAD_MAIL], [], [], ["email: no_text_for_channel"]),  # what can be mended by us comes first
        (["fax"], [], [MAIL], ALL, ALL, ["fax: no_text_for_channel"]),
        (None, [], [MAIL], ALL, ALL, ["None: no_channel_preferred"]),  # nothing at all is one refusal
    ],
)
def test_each_channel_gets_a_decision_with_its_rule(
    via: Sequence[str] | None,
    preferred: Sequence[str],
    endpoints: Sequence[Endpoint],
    written: Sequence[str],
    served: Sequence[str],
    decided: list[str],
) -> None:
    """In the order in which they are to be tried; only a usable address is allowed."""
    decisions = choose(via, preferred, endpoints, written, served)
    assert [f"{one.channel}: {one.rule}" for one in decisions] == decided
    allowed = [one.rule for one in decisions if one.verdict is Verdict.ALLOWED]
    assert set(allowed) <= {"address_usable"}
    assert len(allowed) == sum("address_usable" in line for line in decided)


@pytest.mark.parametrize(
    ("endpoint", "verified_only", "rule"),
    [
        (PHONE, (), "address_usable"),  # nobody asks for it at first
        (PHONE, ("sms",), "unverified"),
        (PHONE, ("email",), "address_usable"),
        (replace(PHONE, verified=True), ("sms",), "address_usable"),
        (replace(PHONE, suppressed=(Reason.OPTED_OUT,)), ("sms",), "suppressed"),  # what weighs more is told
    ],
)
@pytest.mark.parametrize("transactional", [True, False])
def test_an_unverified_address_gets_nothing_where_that_is_asked_for(
    endpoint: Endpoint, verified_only: tuple[str, ...], rule: str, transactional: bool
) -> None:
    """Not even what is transactional: it may be somebody else's. Codes do not ask this function."""
    (one,) = choose(["sms"], [], [endpoint], ALL, ALL, transactional=transactional, verified_only=verified_only)
    assert (one.rule, one.verdict is Verdict.ALLOWED) == (rule, rule == "address_usable")


def test_a_decision_can_be_stored_and_holds_no_address() -> None:
    """It answers why for years, and an address is erased before that."""
    stored = json.dumps([one.as_json() for one in choose(None, ALL, [PHONE, DEAD_MAIL], ALL, ALL)])
    assert "+55" not in stored
    assert "example.com" not in stored
    assert json.loads(stored)[2] == {
        "channel": "email",
        "verdict": "refused",
        "rule": "address_ended",
        "inputs": {"via": "preferred", "preferred": ALL, "reason": "hard_bounce"},
        "until": None,
    }


@pytest.mark.parametrize(
    ("states", "outcome"),
    [
        ([], None),  # nothing was tried yet
        ([MessageState.SENDING], None),
        ([MessageState.RETRYING], None),
        ([MessageState.FAILED], None),  # another channel may take it
        ([MessageState.FAILED, MessageState.FAILED], None),
        ([MessageState.ACCEPTED], Outcome.SENT),
        ([MessageState.FAILED, MessageState.ACCEPTED], Outcome.SENT),
        ([MessageState.UNKNOWN], Outcome.UNKNOWN),  # may have arrived, so no other channel is tried
        ([MessageState.UNKNOWN, MessageState.ACCEPTED], Outcome.SENT),
        ([MessageState.FAILED, MessageState.UNKNOWN], Outcome.UNKNOWN),
        (["accepted"], Outcome.SENT),  # as the database says it
    ],
)
def test_the_messages_of_a_step_tell_its_outcome(states: list[str], outcome: Outcome | None) -> None:
    """Sent if any was taken, unknown if any may have been, and open otherwise."""
    assert conclude(states) is outcome
