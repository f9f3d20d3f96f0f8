"""Receipts on real PostgreSQL: each once, in any order, by several processes at once, told to whom it matters."""

import dataclasses
import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.clock import Clock
from domain.delivery import MessageState
from domain.receipts import Blame, Receipt, ReceiptState
from domain.suppression import Reason
from models import enrollments, suppressions
from models.database import Database
from models.receipts import story_of
from tests.client.post import MAIL, NOW, Post, receipt

S = ReceiptState
LOOKING = """
journey: trip
title: Trip
entry: {event: signed_up}
topic: test
steps:
  - {id: say, send: hello}
  - {id: rest, wait: 3d}
  - id: way
    branch:
      - if: {step: say, outcome: opened}
        do: [{id: more, send: tips}]
"""
WAITING = """
journey: trip
title: Trip
entry: {event: signed_up}
topic: test
steps:
  - {id: say, send: hello}
  - {id: seen, wait_for: {event: message_opened}, timeout: 3d}
"""
ENTERED = "journey: sorry\ntitle: S\nentry: {event: message_failed}\ntopic: test\nsteps: [{id: rest, wait: 1d}]\n"


@pytest.fixture
def post(database: Database) -> Post:
    """Alice is known."""
    made = Post(database)
    made.person()
    return made


def test_a_receipt_is_on_record_and_on_its_message(post: Post) -> None:
    """With the provider's time, which the console shows."""
    message = post.sent()
    assert post.take(receipt(message, S.DELIVERED)).new == 1
    now = post.message(message)
    assert (now.receipt, now.delivered_at, now.opened_at) == ("delivered", NOW - timedelta(minutes=5), None)
    assert [(one.state, one.received_at) for one in post.kept(message)] == [("delivered", NOW)]


def test_the_same_report_again_changes_nothing(post: Post) -> None:
    """Providers repeat what was not answered in time."""
    message = post.sent()
    report = receipt(message, S.OPENED)
    assert [post.take(report).new, post.take(report, now=NOW + timedelta(hours=1)).new] == [1, 0]
    assert post.take(report, report).new == 0
    assert len(post.kept(message)) == 1


def test_a_report_twice_in_one_post_counts_once(post: Post) -> None:
    """Also when neither was known before."""
    message = post.sent(journey=LOOKING)
    report = receipt(message, S.OPENED)
    taken = post.take(report, report)
    assert (taken.new, taken.told) == (1, 1)


MANY = [S.QUEUED, S.SENT, S.DELIVERED, S.DELIVERED, S.OPENED, S.PREFETCHED, S.CLICKED, S.BOUNCED, S.DELAYED]


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_order_in_any_posts_leads_to_the_same_row(post: Post, data: st.DataObject) -> None:
    """As the domain promises, through the database: late, doubled and split over posts."""
    message = post.sent()
    reports = [receipt(message, one, at=NOW - timedelta(seconds=n)) for n, one in enumerate(MANY)]
    order = data.draw(st.permutations([*reports, *data.draw(st.lists(st.sampled_from(reports), max_size=5))]))
    while order:
        size = data.draw(st.integers(1, len(order)))
        post.take(*order[:size])
        order = order[size:]
    row = post.message(message)
    assert (row.receipt, row.delivered_at, row.clicked_at, row.failed_at) == (
        "clicked",
        NOW - timedelta(seconds=3),
        NOW - timedelta(seconds=6),
        NOW - timedelta(seconds=7),
    )
    assert len(post.kept(message)) == len(reports)


def test_two_processes_with_the_same_receipts_take_each_once(post: Post) -> None:
    """In opposite orders, over and over: nobody waits for ever, and nothing is told twice."""
    rows = [post.sent(journey=LOOKING) for _ in range(6)]
    reports = [receipt(row, state) for row in rows for state in (S.DELIVERED, S.OPENED, S.CLICKED)]
    shuffled: Iterator[list[Receipt]] = (random.sample(reports, len(reports)) for _ in range(8))
    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(lambda mine: post.take(*mine), shuffled))
    assert sum(one.new for one in taken) == len(reports)
    told = [(payload["id"], payload["outcome"]) for _, _, payload in post.tellings()]
    assert len(told) == len(set(told)) == len(reports)
    assert {post.message(row).receipt for row in rows} == {"clicked"}


def test_what_is_of_no_message_of_ours_is_counted_and_left(post: Post) -> None:
    """Another system may share the account; a person may have been erased."""
    message = post.sent()
    stranger = dataclasses.replace(receipt(message, S.DELIVERED), message_id="0" * 32, provider_id=None)
    taken = post.take(stranger, receipt(message, S.DELIVERED))
    assert (taken.new, taken.unknown) == (1, 1)


def test_without_our_id_the_providers_finds_the_message(post: Post) -> None:
    """Of mails from before, or where custom arguments were lost."""
    message = post.sent()
    assert post.take(dataclasses.replace(receipt(message, S.DELIVERED), message_id=None)).new == 1
    other_channel = dataclasses.replace(receipt(message, S.DELIVERED), message_id=None, channel="sms")
    assert post.take(other_channel).unknown == 1


@pytest.mark.parametrize(
    "state", [MessageState.UNKNOWN, MessageState.SENDING, MessageState.RETRYING, MessageState.FAILED]
)
def test_a_message_in_doubt_is_accepted_when_the_provider_speaks_of_it(post: Post, state: MessageState) -> None:
    """The call died before its answer; the receipt carries our id, and now we have the provider's."""
    message = post.sent(state=state, provider_id=None, reason="interrupted", settled_at=None)
    post.take(receipt(message, S.QUEUED, provider_id="SM1"))
    row = post.message(message)
    assert (row.state, row.provider_id, row.reason, row.settled_at) == ("accepted", "SM1", None, NOW)


def test_a_provider_id_that_another_message_holds_is_left_to_it(post: Post) -> None:
    """Two messages with the same text may have been taken for each other; the receipt is on record all the same."""
    other = post.sent(provider_id="SM1")
    message = post.sent(state=MessageState.UNKNOWN, provider_id=None)
    assert post.take(receipt(message, S.DELIVERED, provider_id="SM1")).new == 1
    row = post.message(message)
    assert (row.state, row.provider_id, row.receipt) == ("accepted", None, "delivered")
    assert post.message(other).provider_id == "SM1"


@pytest.mark.parametrize(
    ("state", "more", "reasons", "ended"),
    [
        (S.BOUNCED, {"blame": Blame.PERSON, "reason": "bounced"}, {"email": [Reason.BOUNCED]}, {}),
        (S.COMPLAINED, {}, {"email": [Reason.COMPLAINED]}, {}),
        (S.UNSUBSCRIBED, {}, {"email": [Reason.UNSUBSCRIBED]}, {}),
        (S.FAILED, {"blame": Blame.PERSON, "reason": "opted_out"}, {"email": [Reason.OPTED_OUT]}, {}),
        (S.FAILED, {"blame": Blame.PERSON, "reason": "invalid_address"}, {}, {"email": "invalid_address"}),
        (S.FAILED, {"blame": Blame.OURS, "reason": "content_refused"}, {}, {}),
        (S.UNDELIVERED, {"blame": Blame.NOBODY, "reason": "not_delivered"}, {}, {}),
        (S.DELIVERED, {}, {}, {}),
        (S.DELAYED, {}, {}, {}),
    ],
)
def test_what_a_receipt_means_for_the_address(
    post: Post, state: ReceiptState, more: dict[str, str], reasons: dict[str, list[Reason]], ended: dict[str, str]
) -> None:
    """Only on that channel, and only where it is about the person."""
    post.take(receipt(post.sent(), state, **more))
    assert (post.reasons(), post.ended()) == (reasons, ended)


def test_our_own_mistakes_are_alerts(post: Post, capsys: pytest.CaptureFixture[str]) -> None:
    """Without the person's address."""
    post.take(receipt(post.sent(), S.FAILED, blame=Blame.OURS, reason="content_refused", detail="code 30007"))
    said = capsys.readouterr().out
    assert "message.failed" in said
    assert "code 30007" in said
    assert MAIL not in said


def test_a_suppression_holds_for_whoever_has_the_address(post: Post) -> None:
    """However they write it."""
    post.take(receipt(post.sent(), S.COMPLAINED))
    post.person("bob", email=MAIL.upper())
    assert post.reasons("bob") == {"email": [Reason.COMPLAINED]}


@pytest.mark.parametrize(
    ("state", "suppressed"),
    [(S.COMPLAINED, True), (S.BOUNCED, True), (S.UNSUBSCRIBED, False), (S.DELIVERED, False)],
)
def test_what_is_said_of_a_mailbox_holds_also_if_the_mail_was_not_ours(
    post: Post, state: ReceiptState, suppressed: bool
) -> None:
    """But an unsubscription is from whatever was unsubscribed from."""
    blame: dict[str, Any] = {"blame": Blame.PERSON, "reason": "bounced"} if state is S.BOUNCED else {}
    taken = post.take(Receipt(key="k", channel="email", state=state, message_id="0" * 32, address=MAIL, **blame))
    assert (taken.unknown, bool(post.reasons())) == (1, suppressed)


def test_a_resubscription_frees_only_what_was_unsubscribed_before(post: Post) -> None:
    """In whatever order both are heard of."""
    message = post.sent()
    off = receipt(message, S.UNSUBSCRIBED, at=NOW - timedelta(minutes=3))
    on = receipt(message, S.RESUBSCRIBED, at=NOW - timedelta(minutes=2))
    off_again = receipt(message, S.UNSUBSCRIBED, at=NOW - timedelta(minutes=1))
    post.take(on)
    post.take(off)
    assert post.reasons() == {}
    post.take(off_again)
    assert post.reasons() == {"email": [Reason.UNSUBSCRIBED]}


def test_reasons_are_apart(post: Post) -> None:
    """A START takes back a STOP, and not a complaint."""
    with post.session() as session:
        for reason in (Reason.OPTED_OUT, Reason.COMPLAINED):
            suppressions.suppress(session, "email", "f", reason, NOW)
        suppressions.free(session, "email", "f", [Reason.OPTED_OUT], NOW)
        assert suppressions.reasons(session, ["f"]) == {"f": [Reason.COMPLAINED]}


def test_a_running_journey_that_looks_at_the_step_is_told(post: Post) -> None:
    """As the workflow takes it, once for each thing that became so."""
    message = post.sent(journey=LOOKING)
    post.take(receipt(message, S.DELIVERED), receipt(message, S.OPENED), receipt(message, S.OPENED))
    assert post.tellings() == [
        (
            "receipt",
            "journey/trip/alice",
            {
                "step": "say",
                "pass_number": 1,
                "outcome": outcome,
                "at": "2026-03-01T11:55:00Z",
                "id": f"{message.id}:{outcome}",
                "channel": "email",
            },
        )
        for outcome in ("delivered", "opened")
    ]


@pytest.mark.parametrize(
    ("more", "told"),
    [({}, 1), ({"step": "other"}, 0), ({"pass_number": 3}, 1)],
)
def test_only_the_steps_that_are_looked_at_are_told_of(post: Post, more: dict[str, Any], told: int) -> None:
    """A signal is a billable action."""
    assert post.take(receipt(post.sent(journey=LOOKING, **more), S.OPENED)).told == told


def test_an_ended_journey_is_not_told(post: Post) -> None:
    """Its workflow is gone; the receipt is on record."""
    message = post.sent(journey=LOOKING)
    with post.session() as session:
        enrollments.close(session, message.enrollment_id or "", "completed", NOW, {})
    assert post.take(receipt(message, S.OPENED)).told == 0
    assert post.message(message).receipt == "opened"


def test_a_receipt_is_an_event_only_where_a_journey_names_it(post: Post) -> None:
    """The same event under the same id each time, so that one that was lost on the way is made good."""
    quiet = post.sent()
    assert post.take(receipt(quiet, S.OPENED)).happened == []
    message = post.sent(journey=WAITING)
    report = receipt(message, S.OPENED)
    first, again = post.take(report).happened, post.take(report).happened
    assert first == again
    assert [(one.user_id, one.name, one.message_id) for one in first] == [
        ("alice", "message_opened", f"receipt:{message.id}:opened")
    ]
    assert first[0].properties == {"channel": "email", "step": "say", "template": "hello", "journey": "trip"}
    assert post.take(receipt(message, S.DELIVERED)).happened == []


def test_a_receipt_may_let_somebody_into_a_journey(post: Post) -> None:
    """By the newest version of any journey that begins with it."""
    message = post.sent()
    post.sent(journey=ENTERED)
    failed = receipt(message, S.UNDELIVERED, reason="not_delivered")
    assert [one.name for one in post.take(failed).happened] == ["message_failed"]


def test_at_another_pace_times_are_those_of_journeys(database: Database) -> None:
    """The provider's clock is real; the rehearsal's is not. Nothing happens before its message."""
    clock = Clock(86_400, NOW - timedelta(seconds=10))
    post = Post(database, clock)
    post.person()
    reserved = clock.journey(NOW - timedelta(seconds=1))
    message = post.sent(reserved_at=reserved)
    post.take(receipt(message, S.DELIVERED, at=NOW), receipt(message, S.OPENED, at=NOW - timedelta(seconds=2)))
    row = post.message(message)
    assert row.delivered_at == clock.journey(NOW)
    assert row.opened_at == reserved  # cut to whole seconds it would be before


def test_receipts_go_with_their_message(post: Post) -> None:
    """When a person is erased, and late ones are then of no message of ours."""
    message = post.sent()
    post.take(receipt(message, S.DELIVERED))
    with post.session() as session:
        session.delete(message)
    assert post.kept(message) == []
    assert post.take(receipt(message, S.OPENED)).unknown == 1


def test_a_story_on_a_row_is_the_story(post: Post) -> None:
    """What is read is what was written."""
    message = post.sent()
    post.take(receipt(message, S.UNDELIVERED, reason="not_delivered"))
    story = story_of(post.message(message))
    assert (story.state, story.failed_reason) == (S.UNDELIVERED, "not_delivered")
