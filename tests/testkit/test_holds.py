"""Messages that wait for their hour, in virtual time and, with the same tests, on the real server."""

import pytest

from testkit import Journeys, Provider

PROMO = """
journey: promo
title: An offer, then another
entry: {event: signed_up}
exit_on: [account_deleted]
topic: offers
steps:
  - {id: offer, send: tips}
  - id: rest
    wait_for: {event: first_use}
    timeout: 1d
  - {id: check, send: check_in}
"""
BUSY = """
journey: busy
title: More than anybody wants in an hour
entry: {event: signed_up}
topic: offers
quiet_hours: none
CAPPED
steps:
  - id: often
    repeat: {every: 1h, at_most: 6}
    do: [{id: hello, send: welcome, via: [sms]}]
  - {id: code, send: check_in, via: [sms], transactional: true}
"""


@pytest.fixture(params=[False, True], ids=["virtual", "real"])
def homing_real(request: pytest.FixtureRequest) -> bool:
    """Each test of this module is played both ways."""
    return bool(request.param)


def test_a_message_of_the_night_comes_in_the_morning_by_the_persons_clock(journey: Journeys) -> None:
    """To the minute; and the story says what it waits for."""
    ana = journey(PROMO).enter(zone="Asia/Jakarta", at="2026-03-02 23:30")
    assert (ana.messages, ana.waits_at, ana.held_until) == ([], None, ana.at("2026-03-03 08:00"))
    assert "offer: not yet by email, quiet_hours, until Tue 3 Mar 2026 08:00" in ana.story()
    assert "whose message is held until Tue 3 Mar 2026 08:00" in ana.story()
    assert ana.until("2026-03-03 07:59").messages == []
    assert ana.until("2026-03-03 08:01").messages == ["tips"]
    assert (ana.last_message.at if ana.last_message else None, ana.held_until) == (ana.at("2026-03-03 08:00"), None)
    assert [(one.verdict, one.rule) for one in ana.decisions if one.channel == "email"] == [
        ("held", "quiet_hours"),
        ("allowed", "address_usable"),
    ]


@pytest.mark.parametrize(
    ("night", "before", "morning"),
    [
        ("2026-03-28 23:00", "2026-03-29 07:58", "2026-03-29 08:01"),  # clocks go forward: nine hours are eight
        ("2026-10-24 23:00", "2026-10-25 07:58", "2026-10-25 08:01"),  # and back: nine are ten
    ],
)
def test_eight_is_eight_in_the_nights_in_which_clocks_change(
    journey: Journeys, night: str, before: str, morning: str
) -> None:
    """In Berlin."""
    ana = journey(PROMO).enter(zone="Europe/Berlin", at=night)
    assert ana.until(before).messages == []
    assert ana.until(morning).messages == ["tips"]


def test_whoever_leaves_while_a_message_is_held_does_not_get_it(journey: Journeys) -> None:
    """At once, by an event or by hand."""
    ana = journey(PROMO).enter(user="ana", at="2026-03-02 22:00")
    bob = journey("promo").enter(user="bob")
    assert ana.does("account_deleted").ended == "event:account_deleted"
    assert bob.leave("asked by phone").ended == "asked by phone"
    assert (ana.after("2d").messages, bob.messages) == ([], [])


def test_a_pause_outlasts_the_night_and_a_resume_decides_anew(journey: Journeys) -> None:
    """At noon it goes at once; in the next night it is held once more."""
    ana = journey(PROMO).enter(user="ana", at="2026-03-02 22:00").pause()
    bob = journey("promo").enter(user="bob").pause()
    assert (ana.paused, ana.held_until) == (True, None)
    ana.until("2026-03-03 12:00")
    assert ana.messages == []
    assert ana.resume().messages == ["tips"]
    bob.until("2026-03-03 23:00").resume()
    assert (bob.messages, bob.held_until) == ([], bob.at("2026-03-04 08:00"))
    assert bob.until("2026-03-04 08:01").messages == ["tips"]


def test_an_event_during_a_hold_is_heard_and_not_lost(journey: Journeys) -> None:
    """What follows the message knows of it."""
    ana = journey(PROMO).enter(at="2026-03-02 22:00").does("first_use")
    assert ana.messages == []
    assert ana.until("2026-03-03 08:01").messages == ["tips", "check_in"]


def test_a_skip_does_not_wake_anybody_up(journey: Journeys) -> None:
    """It is for waits of the journey; the night is not the journey's."""
    ana = journey(PROMO).enter(at="2026-03-02 22:00").skip()
    assert (ana.messages, ana.held_until) == ([], ana.at("2026-03-03 08:00"))


def test_one_too_many_is_skipped_and_what_is_exempt_is_not(journey: Journeys) -> None:
    """Three sms a day by default; the fourth to sixth are left out, and the code comes."""
    ana = journey(BUSY.replace("CAPPED\n", "")).enter().after("7h")
    assert ana.messages == ["welcome"] * 3 + ["check_in"]
    assert [one.rule for one in ana.decisions if not one.allowed] == ["capped"] * 3


def test_one_too_many_is_held_if_the_journey_says_so(journey: Journeys) -> None:
    """Until the first of them is a day old."""
    ana = journey(BUSY.replace("CAPPED", "capped: hold")).enter(at="2026-03-02 09:00").after("7h")
    assert ana.messages == ["welcome"] * 3
    assert ana.held_until == ana.at("2026-03-03 09:00")
    assert ana.until("2026-03-03 09:05").messages == ["welcome"] * 4


def test_a_provider_that_is_down_into_the_night_is_tried_again_in_the_morning(
    journey: Journeys, provider: Provider
) -> None:
    """The night is no failure of anybody's."""
    provider.fails("email", times=1, retry_after="3h")
    ana = journey(PROMO).enter(channels=["email"], at="2026-03-02 19:00")
    assert ana.until("2026-03-02 23:00").held_until == ana.at("2026-03-03 08:00")
    assert ana.until("2026-03-03 08:05").messages == ["tips"]


def rival(journey: str, **more: str) -> str:
    """A journey with one message, which the night holds back."""
    head = {"journey": journey, "title": "One", "entry": "{event: signed_up}", "topic": "offers", **more}
    return "\n".join([*(f"{key}: {value}" for key, value in head.items()), "steps: [{id: hello, send: check_in}]"])


def test_the_higher_priority_gets_the_last_message_of_the_day(journey: Journeys) -> None:
    """Whichever entered first: four about one topic are the most in a day, and three are gone by the evening."""
    for number in range(3):
        journey(rival(f"before-{number}", quiet_hours="none")).enter(user="ana", at="2026-03-02 20:30")
    lesser = journey(rival("lesser", priority="low")).enter(user="ana", at="2026-03-02 22:00")
    greater = journey(rival("greater", priority="high")).enter(user="ana")
    assert (lesser.messages, greater.messages) == ([], [])
    assert greater.until("2026-03-03 08:05").messages == ["check_in"]
    assert (lesser.messages, [one.rule for one in lesser.decisions][-1]) == ([], "capped")
