"""Messages that are followed by the next channel, in virtual time and, with the same tests, on the real server."""

import pytest

from testkit import Journeys, Provider, Traveller

CALL = """
journey: call
title: By one channel after another until it arrives
entry: {event: signed_up}
exit_on: [account_deleted]
topic: test
steps:
  - {id: call, send: check_in, via: [whatsapp, sms, email], fallback: {unless: delivered, after: 30m}}
  - id: check
    branch:
      - if: {step: call, outcome: delivered}
        do: [{id: arrived, exit: arrived}]
      - if: {step: call, outcome: failed}
        do: [{id: lost, exit: lost}]
"""
LAST = """
journey: last
title: Nothing comes after it
entry: {event: signed_up}
topic: test
steps:
  - {id: bye, send: check_in, fallback: {unless: opened, after: 1d}}
"""


@pytest.fixture(params=[False, True], ids=["virtual", "real"])
def homing_real(request: pytest.FixtureRequest) -> bool:
    """Each test of this module is played both ways."""
    return bool(request.param)


def channels(ana: Traveller) -> list[str]:
    """By which channels messages went out."""
    return [one.channel for one in ana.messages]


def test_a_message_that_arrives_is_not_followed_by_another(journey: Journeys) -> None:
    """In time by the first channel; or late, while the second is waited for, and then no third is used."""
    ana = journey(CALL).enter(user="ana").after("10m")
    assert (ana.waits_at, ana.waits_until) == ("call", ana.at("2026-03-02 09:30"))
    bob = journey("call").enter(user="bob")
    assert ana.receives("call").ended == "arrived"
    bob.after("40m")
    assert channels(bob) == ["whatsapp", "sms"]
    assert bob.receives("call", "whatsapp").ended == "arrived"
    assert (channels(ana), channels(bob)) == (["whatsapp"], ["whatsapp", "sms"])


def test_in_silence_each_channel_has_its_turn_and_the_decision_says_that_none_is_left(journey: Journeys) -> None:
    """Three messages, an hour and a half, and the books have the reason why nothing more was sent."""
    ana = journey(CALL).enter().after("95m")
    assert channels(ana) == ["whatsapp", "sms", "email"]
    assert ana.ended == "completed"
    assert [(one.channel, one.rule) for one in ana.decisions if not one.allowed] == [(None, "no_channel_left")]


def test_a_message_that_fails_is_followed_at_once(journey: Journeys) -> None:
    """By whichever channel may be used; that an earlier one fails as well changes nothing."""
    ana = journey(CALL).enter(phone=None, email="ana@example.com")
    assert channels(ana) == ["email"]
    assert ana.misses("call").ended == "lost"
    bob = journey("call").enter(user="bob").misses("call")
    assert channels(bob) == ["whatsapp", "sms"]
    bob.after("31m").misses("call", "sms")
    assert (channels(bob), bob.waits_at) == (["whatsapp", "sms", "email"], "call")


def test_the_next_message_keeps_to_the_night_and_a_late_receipt_spares_it(journey: Journeys) -> None:
    """It is decided on anew, by the hour of then."""
    ana = journey(CALL).enter(user="ana", at="2026-03-02 20:45").after("20m")
    bob = journey("call").enter(user="bob")
    assert bob.held_until == bob.at("2026-03-03 08:00")
    ana.until("2026-03-02 23:00")
    assert (channels(ana), ana.held_until) == (["whatsapp"], ana.at("2026-03-03 08:00"))
    assert ana.receives("call").ended == "arrived"
    bob.until("2026-03-03 08:35")
    assert (channels(ana), channels(bob)) == (["whatsapp"], ["whatsapp", "sms"])


def test_a_pause_keeps_what_is_left_and_a_skip_or_an_exit_ends_it(journey: Journeys) -> None:
    """As at any other rest."""
    ana = journey(CALL).enter(user="ana").after("10m").pause().after("1d").resume().after("15m")
    assert channels(ana) == ["whatsapp"]
    ana.after("6m")
    assert channels(ana) == ["whatsapp", "sms"]
    ana.skip()
    assert channels(ana) == ["whatsapp", "sms", "email"]
    assert ana.does("account_deleted").ended == "event:account_deleted"


def test_the_last_step_waits_too_and_the_journey_ends_when_it_is_settled(journey: Journeys, provider: Provider) -> None:
    """A channel that refuses it for good is passed at once, as ever."""
    provider.fails("email", permanent=True)
    ana = journey(LAST).enter(channels=["sms", "email"]).after("1h").receives("bye")
    assert (ana.ended, ana.waits_at) == (None, "bye")
    assert "for its message to be opened" in ana.story()
    ana.after("24h")
    assert (channels(ana), ana.ended) == (["sms"], "completed")
    assert [(one.channel, one.rule) for one in ana.decisions][-1] == (None, "no_channel_left")


def test_a_late_receipt_calls_back_what_waits_for_a_busy_provider(journey: Journeys, provider: Provider) -> None:
    """It would have come hours later, for nothing."""
    provider.fails("sms", retry_after="5h")
    ana = journey(CALL).enter().after("40m")
    assert (channels(ana), ana.waits_at) == (["whatsapp"], None)
    assert ana.receives("call").ended == "arrived"
    provider.works()
    assert channels(ana.after("6h")) == ["whatsapp"]
