"""The contact policy as a whole: which rule answers, and what outdoes what."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.contact.caps import Sent
from domain.contact.choosing import choose
from domain.contact.consent import OptIn, Statement, read, standing
from domain.contact.policy import Facts, Policy, pick, weigh
from domain.contact.terms import Terms
from domain.delivery import Decision, Endpoint, Verdict
from domain.errors import BadInput
from domain.suppression import Reason

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
NIGHT = NOON + timedelta(hours=11)
DAY = timedelta(days=1)
POLICY = Policy.read("21:00-08:00", "overall 2/1d", "* implied, offers express, letters confirmed")
FULL = (Sent(NOON - timedelta(hours=1), "sms", "news"), Sent(NOON - timedelta(hours=2), "sms", "news"))


def said(
    given: bool, topic: str = "news", channel: str = "", days_ago: int = 1, kind: OptIn = OptIn.EXPRESS
) -> Statement:
    """A statement of the person."""
    return Statement(topic, channel, given, NOON - days_ago * DAY, kind)


def answer(
    topic: str = "news", now: datetime = NOON, exempt: bool = False, capped: Any = "skip", **facts: Any
) -> Decision:
    """What the policy says of an sms."""
    usable = Decision("sms", Verdict.ALLOWED, "address_usable")
    terms = Terms(transactional=exempt, capped=capped)
    [found] = weigh(POLICY, terms, topic, Facts(**{"zone": "UTC", **facts}), [usable], now)
    return found


CONSENT = [
    # nothing said: fine for a customer, not for a topic that asks for more
    ("news", [], None),
    ("offers", [], "consent_missing"),
    ("letters", [], "consent_missing"),
    ("offers", [said(True, "offers")], None),
    ("letters", [said(True, "letters")], "consent_missing"),  # said, and not confirmed
    ("letters", [said(True, "letters", kind=OptIn.CONFIRMED)], None),
    ("offers", [said(True, "news")], "consent_missing"),  # another topic
    ("offers", [said(True, "*")], None),  # all topics
    ("offers", [said(True, "offers", "email")], "consent_missing"),  # another channel
    # taken back: the topic, the topic on this channel, everything
    ("news", [said(False)], "consent_withdrawn"),
    ("news", [said(False, channel="sms")], "consent_withdrawn"),
    ("news", [said(False, "*")], "consent_withdrawn"),
    ("news", [said(False, channel="email")], None),
    ("news", [said(False, "tips")], None),
    # and agreed to again, later, about no more than what was taken back
    ("news", [said(False, days_ago=2), said(True)], None),
    ("news", [said(True, days_ago=2), said(False)], "consent_withdrawn"),
    ("news", [said(False, "*", days_ago=2), said(True)], None),
    ("news", [said(False, channel="sms", days_ago=2), said(True)], "consent_withdrawn"),  # all channels: not by name
    ("news", [said(False, channel="sms", days_ago=2), said(True, channel="sms")], None),
]


@pytest.mark.parametrize(("topic", "statements", "rule"), CONSENT)
def test_consent_is_what_was_said_last_and_in_doubt_no(
    topic: str, statements: list[Statement], rule: str | None
) -> None:
    """By topic and channel."""
    for order in (statements, statements[::-1]):
        found = answer(topic, statements=order)
        assert (found.verdict, found.rule) == ((Verdict.REFUSED, rule) if rule else (Verdict.ALLOWED, "address_usable"))


C = OptIn.CONFIRMED
STANDING = [
    # who has confirmed does not unsay it by ticking the box of a form again
    ([said(True, "letters", days_ago=2, kind=C), said(True, "letters")], None),
    # what was taken back in between has to be confirmed again
    (
        [said(True, "letters", days_ago=3, kind=C), said(False, "letters", days_ago=2), said(True, "letters")],
        "consent_missing",
    ),
    # at the same instant: no
    ([said(True, "letters", kind=C), said(False, "letters")], "consent_withdrawn"),
]


@pytest.mark.parametrize(("told", "rule"), STANDING)
def test_what_was_said_before_stands_until_it_is_taken_back(told: list[Statement], rule: str | None) -> None:
    """Of all that was said, oldest first, about a topic that has to be confirmed."""
    assert answer("letters", statements=standing(told)).rule == (rule or "address_usable")


RULES = [
    ({}, "allowed", "address_usable", None),
    ({"now": NIGHT}, "held", "quiet_hours", NIGHT + timedelta(hours=9)),
    ({"now": NIGHT, "zone": "America/New_York"}, "allowed", "address_usable", None),  # it is six in the evening there
    ({"zone": "Asia/Tokyo"}, "held", "quiet_hours", NOON + timedelta(hours=11)),
    ({"sent": FULL}, "refused", "capped", None),
    ({"sent": FULL, "capped": "hold"}, "held", "capped", NOON + timedelta(hours=22)),
    ({"sent": FULL, "now": NIGHT}, "held", "quiet_hours", NIGHT + timedelta(hours=9)),  # there may be room by then
    ({"paused_until": NOON + DAY}, "refused", "paused_by_person", None),
    ({"paused_until": NOON}, "allowed", "address_usable", None),
    ({"statements": [said(False)], "now": NIGHT, "sent": FULL}, "refused", "consent_withdrawn", None),  # no use waiting
    # the exempt: neither night nor cap, nor a wish for peace; but not what was taken back by name
    ({"now": NIGHT, "sent": FULL, "exempt": True, "paused_until": NOON + DAY}, "allowed", "address_usable", None),
    ({"topic": "letters", "exempt": True}, "allowed", "address_usable", None),
    ({"statements": [said(False, "*")], "exempt": True}, "allowed", "address_usable", None),
    ({"statements": [said(False)], "exempt": True}, "refused", "consent_withdrawn", None),
]


@pytest.mark.parametrize(("asked", "verdict", "rule", "until"), RULES)
def test_each_rule_has_its_place(asked: dict[str, Any], verdict: str, rule: str, until: datetime | None) -> None:
    """Consent, then the hour, then how much it is already."""
    found = answer(**asked)
    assert (found.verdict, found.rule, found.until) == (verdict, rule, until)
    assert found.inputs.get("until") == (until.isoformat() if until else found.inputs.get("until"))


def test_in_the_app_it_is_never_night_but_it_may_be_enough() -> None:
    """Nothing rings there, so nothing waits for the morning; caps count it as any other."""
    policy = Policy.read("21:00-08:00", "overall 1/1d", "* implied")
    usable = Decision("in_app", Verdict.ALLOWED, "address_usable")
    for sent, verdict in (((), Verdict.ALLOWED), (FULL, Verdict.REFUSED)):
        [found] = weigh(policy, Terms(), "news", Facts("UTC", sent=sent), [usable], NIGHT)
        assert found.verdict is verdict


anything = st.fixed_dictionaries(
    {
        "zone": st.sampled_from(["UTC", "Asia/Tokyo", "", None]),
        "statements": st.lists(
            st.builds(said, st.booleans(), st.sampled_from(["news", "*"]), st.just("sms")), max_size=3
        ),
        "sent": st.lists(st.just(FULL[0]), max_size=3),
    }
)


@given(anything, st.booleans(), st.sampled_from(["skip", "hold"]), st.integers(0, 47))
def test_stop_always_wins(facts: dict[str, Any], exempt: bool, capped: Any, hour: int) -> None:
    """Whatever else was said, and whatever the message is: nothing that refuses an address is ever lifted."""
    there = Endpoint("sms", "+14155550123", None, (Reason.OPTED_OUT,))
    decisions = choose(["sms"], [], [there], ["sms"], ["sms"], transactional=exempt)
    terms = Terms(transactional=exempt, capped=capped)
    found = weigh(POLICY, terms, "news", Facts(**facts), decisions, NOON + hour * timedelta(hours=1))
    assert [(one.verdict, one.rule) for one in found] == [(Verdict.REFUSED, "suppressed")]
    assert pick(found) is None


@given(anything, st.integers(0, 47))
def test_a_message_is_held_until_later_or_not_at_all(facts: dict[str, Any], hour: int) -> None:
    """So that no workflow turns in circles."""
    now = NOON + hour * timedelta(hours=1)
    found = answer(now=now, capped="hold", **facts)
    assert (found.verdict is Verdict.HELD) == (found.until is not None)
    assert found.until is None or found.until > now


def test_the_first_channel_that_may_be_used_now_is_and_else_the_one_that_may_be_soonest() -> None:
    """A full channel gives way to one that has room; at night they all wait for the morning."""
    soon = Decision("sms", Verdict.HELD, "capped", until=NOON + DAY)
    later = Decision("whatsapp", Verdict.HELD, "capped", until=NOON + 2 * DAY)
    usable, refused = Decision("email", Verdict.ALLOWED, "address_usable"), Decision("email", Verdict.REFUSED, "capped")
    assert pick([later, soon, usable]) is usable
    assert pick([later, soon, refused]) is soon
    assert (pick([refused]), pick([])) == (None, None)


def test_decisions_say_what_they_looked_at() -> None:
    """Enough to be read years later without the settings of then."""
    night = answer(now=NIGHT, zone="Mars/Olympus").inputs
    assert night == {
        "quiet_hours": "21:00-08:00",
        "zone": "UTC",
        "zone_of": "nobody",
        "local": "23:00",
        "until": "2026-03-03T08:00:00+00:00",
    }
    assert answer(sent=FULL).inputs["cap"] == "overall 2/1d"


@pytest.mark.parametrize("text", ["express", "* maybe", "letters"])
def test_what_is_no_kind_of_consent_is_said(text: str) -> None:
    """With the kinds that there are."""
    with pytest.raises(BadInput, match="confirmed"):
        read(text)
