"""What receipts add up to: the same in any order and however often they come."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.contact.choosing import choose
from domain.delivery import Endpoint, Reported, Verdict, outdoes
from domain.receipts import LADDER, REPORTS, ReceiptState, Story, add, news
from domain.suppression import Reason, barring

S = ReceiptState
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)

Report = tuple[ReceiptState, datetime, str | None]
REPORT = st.tuples(
    st.sampled_from(list(ReceiptState)),
    st.integers(0, 5).map(lambda minutes: NOON + timedelta(minutes=minutes)),
    st.sampled_from([None, "not_delivered", "bounced"]),
)


def tell(reports: Sequence[Report]) -> Story:
    """The story of all of them."""
    story = Story()
    for state, at, reason in reports:
        story = add(story, state, at, reason)
    return story


@given(reports=st.lists(REPORT, max_size=8), data=st.data())
def test_order_and_repetition_change_nothing(reports: list[Report], data: st.DataObject) -> None:
    """Providers double callbacks, send them late, and by several servers at once."""
    repeated = [*reports, *data.draw(st.lists(st.sampled_from(reports), max_size=4) if reports else st.just([]))]
    assert tell(data.draw(st.permutations(repeated))) == tell(reports)


@given(reports=st.lists(REPORT, max_size=8), late=REPORT)
def test_a_story_only_ever_goes_on(reports: list[Report], late: Report) -> None:
    """A late receipt takes nothing back: neither the state, nor that it was so, nor to an older time than the first."""
    before, after = tell(reports), tell([*reports, late])
    assert before.state is None or (after.state and LADDER.index(after.state) >= LADDER.index(before.state))
    for reported in Reported:
        known, now = before.when(reported), after.when(reported)
        assert known is None or (now is not None and now <= known)


@given(reports=st.lists(REPORT, max_size=8))
def test_each_thing_is_news_once(reports: list[Report]) -> None:
    """So journeys hear of it once, however many pictures of a mail are opened."""
    told: list[Reported] = []
    story = Story()
    for state, at, reason in reports:
        after = add(story, state, at, reason)
        told += news(story, after)
        story = after
    assert sorted(told) == sorted(set(told)) == sorted(one for one in Reported if story.when(one))


@pytest.mark.parametrize(
    ("states", "furthest"),
    [
        ([S.DELIVERED, S.SENT], S.DELIVERED),
        ([S.OPENED, S.DELIVERED], S.OPENED),
        ([S.CLICKED, S.OPENED], S.CLICKED),
        ([S.DELIVERED, S.BOUNCED], S.BOUNCED),  # taken first, sent back later
        ([S.OPENED, S.BOUNCED], S.OPENED),  # an open cannot be taken back
        ([S.DELIVERED, S.PREFETCHED], S.DELIVERED),  # a machine's open is none
        ([S.DELIVERED, S.DELAYED], S.DELIVERED),
        ([S.COMPLAINED], None),  # a fact beside
    ],
)
def test_the_furthest_state_stands(states: list[ReceiptState], furthest: ReceiptState | None) -> None:
    """In the order of the ladder, not of arrival."""
    assert tell([(state, NOON, None) for state in states]).state is furthest


def test_the_ladder_agrees_with_what_journeys_count_as_more() -> None:
    """Otherwise the console and a journey's branch would tell two stories of one message."""
    for lower in LADDER:
        for higher in LADDER[LADDER.index(lower) :]:
            if lower in REPORTS and higher in REPORTS and REPORTS[lower] != REPORTS[higher]:
                assert outdoes(REPORTS[higher], REPORTS[lower])


def test_the_first_failure_gives_the_reason() -> None:
    """Whichever of two was heard of first."""
    early, late = (S.UNDELIVERED, NOON, "not_delivered"), (S.BOUNCED, NOON + timedelta(hours=1), "bounced")
    for order in ((early, late), (late, early)):
        story = tell(order)
        assert (story.failed_at, story.failed_reason) == (NOON, "not_delivered")


@pytest.mark.parametrize(
    ("reasons", "transactional", "barred"),
    [
        ([], False, None),
        ([Reason.UNSUBSCRIBED, Reason.OPTED_OUT], False, Reason.OPTED_OUT),  # the gravest is named
        ([Reason.COMPLAINED], False, Reason.COMPLAINED),
        ([Reason.COMPLAINED, Reason.UNSUBSCRIBED], True, None),  # a code may still be mailed
        ([Reason.COMPLAINED, Reason.BOUNCED], True, Reason.BOUNCED),  # into the void, it may not
        ([Reason.OPTED_OUT], True, Reason.OPTED_OUT),  # nothing is exempt from STOP
    ],
)
def test_which_suppression_bars_a_message(reasons: list[Reason], transactional: bool, barred: Reason | None) -> None:
    """A complaint is about promotion; a STOP is about everything."""
    assert barring(reasons, transactional=transactional) is barred


def test_a_suppressed_address_is_refused_with_its_reason_and_the_next_channel_is_tried() -> None:
    """Also when the address has ended as well: that may be undone by giving it again."""
    phone = Endpoint("sms", "+5511987654321", "opted_out", (Reason.OPTED_OUT,))
    mail = Endpoint("email", "alice@example.com")
    channels = ["sms", "email"]
    first, second = choose(channels, [], [phone, mail], channels, channels)
    assert (first.verdict, first.rule, first.inputs["reason"]) == (Verdict.REFUSED, "suppressed", "opted_out")
    assert second.verdict is Verdict.ALLOWED
