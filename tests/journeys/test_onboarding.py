"""The onboarding that ships, on every way through it. `pytest tests/journeys --homing-real` plays it for real."""

from collections.abc import Callable

import pytest

from testkit import Journeys, Provider, Traveller
from tests.journeys.ways import WAYS

Enter = Callable[..., Traveller]


@pytest.fixture
def enter(journey: Journeys) -> Enter:
    """Somebody signs up."""
    return journey("onboarding").enter


def test_everybody_is_welcomed_at_once_and_then_left_alone_for_a_day(enter: Enter) -> None:
    """Nobody is reminded of what they had no time for yet."""
    ana = enter(plan="free").after("23h")
    assert ana.messages == ["welcome"]
    assert ana.waits_at == "first-use"


def test_first_use_within_a_day_is_praised_at_once(enter: Enter) -> None:
    """While it is fresh."""
    ana = enter(plan="free").after("3h").does("first_use")
    assert ana.messages == ["welcome", "first_use_praise"]
    assert ana.waits_at == "habit"


def test_a_silent_person_is_nudged_after_a_day(enter: Enter) -> None:
    """Once."""
    ana = enter(plan="free").after("25h")
    assert ana.messages == ["welcome", "first_use_reminder"]
    assert ana.after("5d").messages == ["welcome", "first_use_reminder"]


def test_first_use_after_the_nudge_is_not_praised(enter: Enter) -> None:
    """They were asked to, and have done it; the next they hear of us are tips."""
    ana = enter(plan="free").after("2d").does("first_use")
    assert ana.messages == ["welcome", "first_use_reminder"]
    assert ana.waits_at == "habit"


@pytest.mark.parametrize(
    ("plan", "message"),
    [
        ("team", "support_offer"),  # a hand for those who pay for others
        ("business", "support_offer"),
        ("free", "win_back"),  # a reason to come back for the others
        (None, "win_back"),  # also when nobody knows the plan
        ("Team", "win_back"),  # plans are compared to the letter
    ],
)
def test_a_week_without_use_brings_help_or_a_reason_to_come_back(enter: Enter, plan: str | None, message: str) -> None:
    """By the plan that they have then."""
    ana = enter(attributes={"plan": plan} if plan else {}).after("7d").after("1m")
    assert ana.messages == ["welcome", "first_use_reminder", message]
    assert ana.waits_at == "second-chance"


def test_an_upgrade_of_the_plan_on_the_way_counts(enter: Enter) -> None:
    """Not the plan of the first day."""
    ana = enter(plan="free").after("3d").changes(plan="team").after("5d")
    assert ana.last_message == "support_offer"


def test_two_weeks_of_silence_end_it(enter: Enter) -> None:
    """Whoever never came is not written to any more."""
    ana = enter(plan="free").after("15d")
    assert ana.ended == "never_used"
    assert ana.messages == ["welcome", "first_use_reminder", "win_back"]


def test_who_is_won_back_goes_on_like_the_others(enter: Enter) -> None:
    """They use it on the tenth day."""
    ana = enter(plan="free").after("10d").does("first_use")
    assert ana.waits_at == "habit"
    assert ana.after("4d").messages == ["welcome", "first_use_reminder", "win_back", "tips"]


def test_an_upgrade_is_thanked_for_and_ends_it(enter: Enter) -> None:
    """There is nothing left to sell."""
    ana = enter(plan="free").does("first_use").after("1d").does("upgraded")
    assert ana.messages == ["welcome", "first_use_praise", "thank_you"]
    assert ana.ended == "upgraded"


def test_an_upgrade_before_the_first_use_is_thanked_for_after_it(enter: Enter) -> None:
    """The journey waits for use first, and has not forgotten."""
    ana = enter(plan="free").does("upgraded")
    assert ana.messages == ["welcome"]
    assert ana.does("first_use").messages == ["welcome", "first_use_praise", "thank_you"]


def test_a_call_for_help_is_answered_by_whatsapp_if_there_is_one(enter: Enter) -> None:
    """Whatever channel they prefer for the rest."""
    ana = enter(plan="free", channels=["email"]).does("first_use").does("support_requested")
    assert [(one.template, one.channel) for one in ana.messages] == [
        ("welcome", "email"),
        ("first_use_praise", "email"),
        ("support_offer", "whatsapp"),
        ("tips", "email"),
    ]


def test_tips_come_three_days_after_the_first_use_and_a_late_upgrade_is_thanked_for(enter: Enter) -> None:
    """The second way to the same end."""
    ana = enter(plan="free").does("first_use").after("3d")
    assert ana.messages == ["welcome", "first_use_praise", "tips"]
    assert ana.after("13d").waits_at == "decision"
    assert ana.does("upgraded").messages == ["welcome", "first_use_praise", "tips", "thank_you"]
    assert ana.ended == "upgraded"


def test_who_does_not_decide_is_asked_how_it_goes(enter: Enter) -> None:
    """Two weeks after the tips, and that is the end."""
    ana = enter(plan="free").does("first_use").after("17d").after("1m")
    assert ana.messages == ["welcome", "first_use_praise", "tips", "check_in"]
    assert ana.ended == "completed"


@pytest.mark.parametrize("when", ["1h", "2d", "8d"])
def test_whoever_deletes_their_account_hears_no_more(enter: Enter, when: str) -> None:
    """Immediately, in whatever wait they are."""
    ana = enter(plan="free").after(when)
    before = ana.messages
    assert ana.does("account_deleted").ended == "event:account_deleted"
    assert ana.after("30d").messages == before


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("locale", ["en", "es", "id", "pt-BR", "tr"])
def test_every_message_is_in_the_persons_language(enter: Enter, way: str, locale: str) -> None:
    """On each channel."""
    for channel in ("email", "sms", "whatsapp"):
        ana = WAYS[way](enter(plan="free", first_name="Ana", locale=locale, channels=[channel]))
        assert {one.locale for one in ana.messages} == {locale}


def test_every_step_that_sends_is_on_one_of_these_ways(enter: Enter, sends: set[str]) -> None:
    """A new message needs a test."""
    people = [way(enter(plan=plan)) for way in WAYS.values() for plan in ("free", "team")]
    assert {one.step for ana in people for one in ana.messages} == sends


def test_who_cannot_be_reached_by_whatsapp_gets_the_offer_of_help_by_sms(enter: Enter, provider: Provider) -> None:
    """The order of that step; the others follow the person's own."""
    provider.fails("whatsapp", permanent=True)
    ana = enter(plan="free", channels=["email"]).does("first_use").does("support_requested")
    assert [one.channel for one in ana.messages if one == "support_offer"] == ["sms"]
