"""What the kit promises: a test means the same in virtual time and on the real server."""

import pytest

from domain.errors import Conflict, NotFound
from testkit import Journeys, Provider
from tests.testkit.drafts import (
    ANSWERING,
    CHANNELS,
    CONFIRM,
    DAILY,
    EFFECTS,
    FOLLOW_UP,
    HALVES,
    HELLO,
    LAST,
    MONTHLY,
    MORNING,
    PAGES,
    VISIT,
)


@pytest.fixture(params=[False, True], ids=["virtual", "real"])
def homing_real(request: pytest.FixtureRequest) -> bool:
    """Each test of this module is played both ways."""
    return bool(request.param)


def test_a_chain_of_waits_passes_in_one_call(journey: Journeys) -> None:
    """Two weeks of silence, three messages, and the end."""
    ana = journey("onboarding").enter(plan="free", locale="pt-BR", channels=["whatsapp"])
    ana.after("7d")
    assert ana.messages == ["welcome", "first_use_reminder", "win_back"]
    assert ana.waits_at == "second-chance"
    ana.after("7d")
    assert ana.ended == "never_used"
    assert {one.channel for one in ana.messages} == {"whatsapp"}
    assert ana.messages[0].text.startswith("Oi! Boas-vindas ao Homing")


def test_an_event_ends_a_wait_and_reaches_the_goal(journey: Journeys) -> None:
    """At once, without any time passing."""
    ana = journey(HELLO).enter().after("1h")
    assert (ana.waits_at, ana.goal_reached) == ("first-use", False)
    ana.does("upgraded")
    assert (ana.waits_at, ana.goal_reached) == ("first-use", True)
    ana.does("first_use")
    assert ana.ended == "completed"
    assert ana.messages == ["welcome", "first_use_praise"]


def test_a_pause_keeps_the_rest_of_the_wait(journey: Journeys) -> None:
    """One of three days is gone when it is paused, for a year."""
    ana = journey(HELLO).enter().after("1d").pause().after("365d")
    assert (ana.ended, ana.waits_at, ana.waits_until, ana.paused) == (None, "first-use", None, True)
    ana.resume().after("47h")
    assert ana.waits_at == "first-use"
    assert ana.after("2h").ended == "completed"


@pytest.mark.parametrize(
    ("reports", "messages", "ended"),
    [
        ([], ["welcome"], "completed"),
        (["receives"], ["welcome", "first_use_reminder"], "completed"),
        (["receives", "opens"], ["welcome", "first_use_praise"], "completed"),
        (["misses"], ["welcome"], "lost"),
        (["clicks"], ["welcome"], "keen"),  # which is an event that is waited for
    ],
)
def test_what_becomes_of_a_message_shows_the_way(
    journey: Journeys, reports: list[str], messages: list[str], ended: str
) -> None:
    """Told to the branch that asks for it, and to the wait for its event."""
    ana = journey(FOLLOW_UP).enter().after("1h")
    for report in reports:
        getattr(ana, report)("hello")
    assert ana.ended == ("keen" if ended == "keen" else None)
    assert ana.after("25h").messages == messages
    assert ana.ended == ended


def test_orders_skip_a_wait_and_take_a_person_out(journey: Journeys) -> None:
    """As support does by hand."""
    ana = journey(HELLO).enter(user="ana").skip()
    bob = journey("hello").enter(user="bob").leave("asked by phone")
    assert (ana.ended, bob.ended) == ("completed", "asked by phone")


def test_attributes_and_zones_change_on_the_way(journey: Journeys) -> None:
    """The plan at the time of the branch counts, and so does the new zone's morning."""
    ana = journey("onboarding").enter(plan="free").changes(plan="team", first_name="Ana").after("7d")
    assert ana.messages == ["welcome", "first_use_reminder", "support_offer"]
    assert "Ana" in ana.messages[1].text
    bob = journey(MORNING).enter(zone="Asia/Tokyo")
    assert bob.waits_until == bob.at("2026-03-10 09:00")
    bob.moves_to("America/Sao_Paulo")
    assert bob.waits_until == bob.at("2026-03-10 09:00")
    assert bob.until("2026-03-10 08:59").messages == []
    assert bob.until("2026-03-10 09:01").messages == ["welcome"]


def test_a_provider_that_is_busy_is_tried_again_when_it_said(journey: Journeys, provider: Provider) -> None:
    """Events that come meanwhile are not lost."""
    provider.fails(times=2, retry_after="1h")
    ana = journey(HELLO).enter(channels=["sms"])
    assert (ana.messages, ana.waits_at, ana.step) == ([], None, "hello")
    ana.does("first_use")
    for _ in range(3):
        assert ana.after("39m").messages == []
    assert ana.after("5m").messages == ["welcome", "first_use_praise"]
    assert ana.ended == "completed"


def test_a_provider_that_stays_down_is_given_up_and_the_journey_goes_on(journey: Journeys, provider: Provider) -> None:
    """After three days, for good; another channel is not tried, because the message is too late by then."""
    provider.fails("sms", retry_after="20h")
    ana = journey(CHANNELS).enter()
    assert ana.after("69h").ended is None
    assert ana.after("4h").ended == "failed"
    assert ana.messages == []


@pytest.mark.parametrize(("reason", "rule"), [("unreachable", "address_ended"), ("opted_out", "suppressed")])
def test_a_refusal_for_good_moves_on_to_the_next_channel_and_ends_the_address(
    journey: Journeys, provider: Provider, reason: str, rule: str
) -> None:
    """The next journey does not try it again, though the provider works."""
    provider.fails("sms", times=1, permanent=True, reason=reason)
    ana = journey(CHANNELS).enter(user="ana")
    assert (ana.ended, [one.channel for one in ana.messages]) == ("sent", ["email"])
    again = journey(CHANNELS.replace("journey: channels", "journey: again")).enter(user="ana")
    assert [(one.channel, one.rule) for one in again.decisions] == [
        ("sms", rule),
        ("email", "address_usable"),
    ]
    assert [one.channel for one in again.messages] == ["email"]


def test_an_outcome_may_be_unknown(journey: Journeys, provider: Provider) -> None:
    """The provider hung up, and nobody can say whether it went out: it counts as no message that was sent."""
    provider.loses("sms")
    ana = journey(CHANNELS).enter()
    assert (ana.ended, ana.messages) == ("unknown", [])


def test_without_an_address_nothing_is_sent_and_the_decision_says_why(journey: Journeys) -> None:
    """Skipped is not failed."""
    ana = journey(CHANNELS).enter(phone=None, email=None)
    assert ana.ended == "skipped"
    assert [(one.step, one.channel, one.rule, one.allowed) for one in ana.decisions] == [
        ("hello", "sms", "no_address", False),
        ("hello", "email", "no_address", False),
    ]


def test_a_message_that_is_required_ends_the_journey_when_it_cannot_go_out(journey: Journeys) -> None:
    """Nothing after it makes sense."""
    assert journey(LAST).enter(phone=None).after("1d").ended == "required:hello"


def test_keys_make_two_enrollments_of_one_person(journey: Journeys) -> None:
    """Each appointment has its own date, moves for itself, and is cancelled for itself."""
    visits = [
        journey(VISIT).enter(user="ana", key=key, properties={"paid": True, "starts_at": f"2026-03-{day} 12:00"})
        for key, day in (("v-1", 10), ("v-2", 20))
    ]
    visits[0].does("cancelled", visit={"id": "v-1"})
    visits[1].does("moved", visit={"id": "v-2"}, starts_at="2026-04-01 12:00")
    assert visits[0].ended == "event:cancelled"
    assert visits[1].waits_until == visits[1].at("2026-03-31 12:00")
    visits[1].after("28d")
    assert visits[1].messages == []
    assert visits[1].after("2d").messages == ["check_in"]


def test_effects_come_about_and_are_seen(journey: Journeys) -> None:
    """An attribute set and an event emitted are known to the journey itself."""
    journey(HELLO)
    ana = journey(EFFECTS).enter()
    assert [(one.step, one.kind, one.name, one.values) for one in ana.effects] == [
        ("mark", "set", "", {"stage": "trial"}),
        ("tell", "emit", "trial_began", {"days": 14}),
        ("also", "enter", "hello", {}),
    ]
    assert ana.ended == "seen"


def test_a_journey_that_another_lets_people_enter_is_played_along(journey: Journeys) -> None:
    """Its own messages and waits are looked at like those of any other."""
    hello = journey(HELLO)
    ana = journey(EFFECTS).enter(user="ana")
    entered = hello.of(ana)
    assert entered.messages == ["welcome"]
    assert entered.waits_at == "first-use"
    assert entered.does("first_use").ended == "completed"
    assert entered.messages == ["welcome", "first_use_praise"]


def test_an_event_lets_people_into_the_journeys_that_it_begins(journey: Journeys) -> None:
    """Into each of this test's, by its own re-entry rule."""
    monthly = journey(MONTHLY)
    ana = journey(HELLO).enter(user="ana")
    with pytest.raises(NotFound, match="ana has not entered monthly"):
        monthly.of(ana)
    ana.does("signed_up")
    assert monthly.of(ana).messages == ["feature_news"]
    assert ana.messages == ["welcome"]


def test_a_repeat_goes_on_until_its_condition_holds(journey: Journeys) -> None:
    """Each lap has a message of its own."""
    ana = journey(MONTHLY).enter().after("31d")
    assert [(one.template, one.pass_number) for one in ana.messages] == [("feature_news", 1), ("feature_news", 2)]
    assert ana.does("first_use").ended == "completed"


def test_nobody_enters_again_before_the_rule_allows_it(journey: Journeys) -> None:
    """Thirty days after the last time ended."""
    ana = journey(MONTHLY).enter(user="ana").does("first_use")
    assert ana.ended == "completed"
    with pytest.raises(Conflict, match="ana has entered monthly before, and they are still in it, or it is too soon"):
        journey("monthly").enter(user="ana")
    ana.after("31d")
    assert journey("monthly").enter(user="ana").messages == ["feature_news"]


def test_somebody_of_a_certain_share_can_be_asked_for(journey: Journeys) -> None:
    """A holdout of ten percent need not be hunted for."""
    people = {
        share: journey(HALVES).enter(user="ana", shares={"variant": share}) for share in ("tips", "praise", "holdout")
    }
    sent = {share: person.messages for share, person in people.items()}
    assert sent == {"tips": ["tips"], "praise": ["first_use_praise"], "holdout": []}
    assert [person.share_of("variant") for person in people.values()] == list(people)


def test_time_passes_for_everybody(journey: Journeys) -> None:
    """Who enters later is later."""
    ana = journey("onboarding").enter(plan="free").after("6h")
    bob = journey("onboarding").enter(plan="team", channels=["sms"])
    bob.after("19h")
    assert ana.messages == ["welcome", "first_use_reminder"]
    assert bob.messages == ["welcome"]
    assert (ana.now, bob.now) == (ana.at("2026-03-03 10:00"), bob.at("2026-03-03 10:00"))
    ana.after("6h")
    assert bob.messages == ["welcome", "first_use_reminder"]


def test_two_mornings_are_two_days_and_one_use_is_not_two(journey: Journeys) -> None:
    """Nothing happens in no time: what follows a morning, or an event, comes after it."""
    ana = journey(DAILY).enter(zone="America/New_York", at="2026-03-06 12:00")
    assert ana.waits_until == ana.at("2026-03-07 09:00")
    ana.after("1d")
    assert ana.messages == ["welcome"]
    assert ana.waits_until == ana.at("2026-03-08 09:00")  # clocks go forward that night
    ana.until("2026-03-08 09:05")
    assert [one.at for one in ana.messages] == [ana.at("2026-03-07 09:00"), ana.at("2026-03-08 09:00")]
    assert ana.does("first_use").waits_at == "two"
    assert ana.does("first_use").waits_at == "three"
    assert ana.does("upgraded").ended == "completed"


def test_a_phone_is_confirmed_once_for_all_steps_that_ask(journey: Journeys) -> None:
    """The second step knows it already."""
    ana = journey(CONFIRM).enter()
    assert (ana.waits_at, ana.messages) == ("confirm-phone", [])
    ana.verifies("phone")
    assert ana.messages == ["welcome"]
    assert ana.ended == "completed"
    assert [(one.kind, one.name) for one in ana.effects] == [("verify", "phone"), ("verify", "phone")]


def test_who_never_confirms_goes_the_other_way(journey: Journeys) -> None:
    """Each time ten minutes are over."""
    ana = journey(CONFIRM).enter().after("11m")
    assert ana.messages == ["check_in"]
    assert ana.waits_at == "again"
    assert ana.after("11m").ended == "unconfirmed"


def test_who_has_no_phone_waits_for_no_code(journey: Journeys) -> None:
    """And the decisions say why."""
    ana = journey(CONFIRM).enter(phone=None)
    assert ana.messages == ["check_in"]
    assert ana.ended == "unconfirmed"
    assert {one.rule for one in ana.decisions if one.step == "again"} == {"no_address"}


def test_messages_move_to_where_a_person_answers(journey: Journeys) -> None:
    """Three clicks in text messages; who has told their channels is written to there all the same."""
    ana, bob = journey(ANSWERING).enter(user="ana"), journey("answering").enter(user="bob", channels=["email"])
    for _ in range(5):
        ana.clicks("text")
        bob.clicks("text").after("1d")
    assert [one.channel for one in ana.messages if one.step == "say"] == ["email"] * 2 + ["sms"] * 3
    assert {one.channel for one in bob.messages if one.step == "say"} == {"email"}


def test_a_click_on_a_link_shows_the_way_and_where_it_led(journey: Journeys) -> None:
    """In a notification, whose next channel is the inbox of the person's pages: everybody has one."""
    ana, bob = journey(PAGES).enter(user="ana", browser=True), journey("pages").enter(user="bob")
    assert [[one.channel for one in person.messages] for person in (ana, bob)] == [["push"], ["in_app"]]
    assert ana.messages[0].links == ["https://example.com"]
    assert ana.clicks("reach", link="example").ended == "at-example"
    assert bob.after("72m").ended == "not-clicked"


def test_who_takes_back_a_topic_hears_no_more_of_it_until_they_agree_again(journey: Journeys) -> None:
    """By topic, and on one channel or on all."""
    ana = journey(MONTHLY).enter(user="ana", agreed={"test": "confirmed"}).takes_back("test").after("31d")
    assert [one.rule for one in ana.decisions if one.pass_number == 2] == ["consent_withdrawn"] * 3
    ana.agrees("test").takes_back("test", "email").after("30d")
    assert [one.channel for one in ana.messages] == ["email", "whatsapp"]
