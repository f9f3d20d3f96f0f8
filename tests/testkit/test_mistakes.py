"""What authors get wrong is told at once, with what would be right."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from domain.errors import BadInput, NotFound
from domain.journey.file import JourneyProblems
from testkit import Journeys, Provider, Traveller
from tests.testkit.drafts import EFFECTS, HALVES, HELLO, VISIT


def test_an_unknown_journey_is_named_with_the_nearest(journey: Journeys) -> None:
    """A typing error, most likely."""
    with pytest.raises(NotFound, match=r"no journey 'onbording'; did you mean onboarding\?"):
        journey("onbording")


def test_a_draft_with_mistakes_tells_each_with_its_line(journey: Journeys) -> None:
    """Also templates that do not exist."""
    with pytest.raises(JourneyProblems, match=r"draft.yaml:9: .*template 'welcom'"):
        journey(HELLO.replace("send: welcome", "send: welcom"))
    with pytest.raises(JourneyProblems, match=r"draft.yaml:10: "):
        journey(HELLO.replace("wait_for:", "wait-for:"))


def test_a_journey_that_lets_people_enter_one_that_does_not_exist_is_told_by_its_step(journey: Journeys) -> None:
    """In production that step would fail."""
    with pytest.raises(NotFound, match="step also of effects: there is no journey 'hello'"):
        journey(EFFECTS).enter()


WRONG: list[tuple[Callable[[Traveller], object], str]] = [
    # An event that changes nothing would make every assertion after it true.
    (lambda ana: ana.does("first_user"), "hello takes no notice of 'first_user'; did you mean first_use?"),
    (lambda ana: ana.does("x"), "'x'; there is account_deleted, first_use, signed_up, upgraded"),
    # A receipt that nobody asks for, and one of a message that never was.
    (lambda ana: ana.opens("hello"), "hello takes notice neither of 'message_opened' nor of the outcome of 'hello'"),
    (lambda ana: ana.opens("helo"), "there is no message of a step 'helo'; did you mean hello?"),
    # Neither a condition nor a template would ever see it.
    (lambda ana: ana.changes(frist_name="Ana"), "looks at no attribute 'frist_name'; did you mean first_name?"),
    (lambda ana: ana.changes(first_name=print), "attributes"),
    (lambda ana: ana.moves_to("Sao Paulo"), "time zone 'Sao Paulo' is not known; use an IANA name"),
    # Durations are those of journey files.
    (lambda ana: ana.after("1 day"), "'1 day' is no duration; write a whole number and a unit"),
    (lambda ana: ana.after("1d12h"), "two units are two calls"),
    (lambda ana: ana.after("-1d"), "is no duration"),
    (lambda ana: ana.after(timedelta(0)), "out of range"),
    (lambda ana: ana.after("20:00"), "a date is for until"),
    # Time goes one way.
    (lambda ana: ana.until("2026-03-02 08:59"), "it is Mon 2 Mar 2026 09:00 already, and Mon 2 Mar 2026 08:59 was ask"),
    (lambda ana: ana.until("tomorrow"), "'tomorrow' is no time; write"),
    (lambda ana: ana.at("next week"), "'next week' is no time"),
    (lambda ana: ana.share_of("variant"), "there is no split 'variant'; there is none at all"),
    (lambda ana: ana.leave().pause(), "has left hello already (asked); there is nothing to pause"),
]


@pytest.mark.parametrize(("wrong", "told"), WRONG)
def test_what_cannot_be_meant_is_refused(journey: Journeys, wrong: Callable[[Traveller], object], told: str) -> None:
    """One line says what to write."""
    ana = journey(HELLO).enter()
    with pytest.raises((BadInput, NotFound)) as refused:
        wrong(ana)
    assert told in str(refused.value)


ENTRIES: list[tuple[str, dict[str, Any], str]] = [
    # What is nearly the name of a setting would be an attribute that nothing looks at.
    (HELLO, {"chanels": ["sms"]}, "chanels: did you mean channels?"),
    ("onboarding", {"plann": "team"}, "plann: did you mean plan?"),
    (HELLO, {"zone": "Brazil"}, "time zone 'Brazil' is not known"),
    (HELLO, {"locale": "klingon"}, "locale 'klingon' is not known"),
    (HELLO, {"channels": ["fax"]}, "channels.0: Input should be 'sms', 'whatsapp', 'email', 'voice'"),
    (HELLO, {"channels": ["sms"], "phone": None}, "channels: sms needs an address"),
    (HELLO, {"user": "ana@example.com"}, "looks like an e-mail address"),
    (HELLO, {"at": "soon"}, "'soon' is no time"),
    (HELLO, {"key": "v-1"}, "hello has no key"),
    (HALVES, {"shares": {"varint": "tips"}}, "there is no split 'varint'; did you mean variant?"),
    (HALVES, {"shares": {"variant": "tip"}}, "there is no share of variant 'tip'; did you mean tips?"),
    # The entry's condition, and its key.
    (VISIT, {"key": "v-1"}, "is not let in: visit is for booked with"),
    (VISIT, {"properties": {"paid": True}}, "with its key visit.id; give properties or attributes"),
    (VISIT, {"key": "ana@example.com", "properties": {"paid": True}}, "looks like an e-mail address"),
]


@pytest.mark.parametrize(("name", "given", "told"), ENTRIES)
def test_who_cannot_enter_is_told_why(journey: Journeys, name: str, given: dict[str, Any], told: str) -> None:
    """By the rules of sign-up and of the journey's entry."""
    with pytest.raises((BadInput, NotFound)) as refused:
        journey(name).enter(**given)
    assert told in str(refused.value)


def test_an_attribute_that_is_called_nearly_like_a_setting_can_be_given(journey: Journeys) -> None:
    """There is a way for those who mean it."""
    ana = journey("onboarding").enter(attributes={"plann": "team"})
    assert ana.after("8d").last_message == "win_back"


def test_an_unknown_channel_cannot_fail(provider: Provider) -> None:
    """Nothing would ever be sent on it."""
    with pytest.raises(NotFound, match=r"no channel 'mail'; did you mean email\?"):
        provider.fails("mail")


def test_nobody_enters_before_those_who_are_there_already(journey: Journeys) -> None:
    """Time is the same for all; the first may enter whenever they like."""
    journey(HELLO).enter(at=datetime.fromisoformat("2020-02-29T12:00:00+03:00"))
    with pytest.raises(BadInput, match="let people enter in the order of their times"):
        journey("hello").enter(at="2020-02-29 08:00")


def test_a_person_who_could_not_enter_does_not_count(journey: Journeys) -> None:
    """The next one is still the first."""
    with pytest.raises(BadInput):
        journey(HELLO).enter(channels=["fax"])
    assert journey("hello").enter().user == "person-1"
