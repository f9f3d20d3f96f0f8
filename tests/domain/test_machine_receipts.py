"""What receipts of providers change: what branches and repeats know, and nothing else."""

from itertools import permutations

import pytest

from domain.delivery import Outcome, Reported
from domain.machine.stimuli import Executed, Order
from tests.domain.travel import STORED, Way

DELIVERED, FAILED, OPENED, CLICKED = Reported

ASK = """
- {id: hello, send: welcome}
- {id: rest, wait: 1d}
- id: check
  branch:
    - {if: {step: hello, outcome: clicked}, do: [{id: was-clicked, send: tips}]}
    - {if: {step: hello, outcome: opened}, do: [{id: was-opened, send: tips}]}
    - {if: {step: hello, outcome: delivered}, do: [{id: was-delivered, send: tips}]}
    - {if: {step: hello, outcome: failed}, do: [{id: was-failed, send: tips}]}
    - {else: [{id: nothing-known, send: tips}]}
"""
NEWS = """
- id: monthly
  repeat: {every: 30d, at_most: 3, until: {step: news, outcome: clicked}}
  do: [{id: news, send: news}]
- {id: bye, send: farewell}
"""


@pytest.mark.parametrize(
    ("receipts", "place"),
    [
        ([], "nothing-known"),
        ([DELIVERED], "was-delivered"),
        ([DELIVERED, OPENED], "was-opened"),
        ([CLICKED], "was-clicked"),  # its other receipts may be late or lost
        ([DELIVERED, FAILED], "was-failed"),  # a bounce that came later than the delivery
        ([FAILED, OPENED], "was-opened"),  # it has arrived, whatever was said before
    ],
)
def test_a_branch_reads_what_is_known_when_it_is_reached(receipts: list[Reported], place: str) -> None:
    """In whatever order it came, and however often."""
    for order in permutations(receipts):
        alice = Way(ASK).sent()
        for reported in (*order, *order):
            alice.hears("hello", reported)
        assert alice.passes(days=1).place == f"sending {place}"


def test_a_receipt_neither_ends_nor_moves_a_wait() -> None:
    """Nothing is looked at again, so no timer is made anew."""
    alice = Way(ASK).sent()
    before = alice.rearmed
    alice.hears("hello", OPENED)
    assert (alice.place, alice.rearmed) == ("waiting at rest", before)


def test_a_receipt_may_be_faster_than_the_answer_to_the_send() -> None:
    """The provider's callback beats our own activity."""
    alice = Way(ASK).hears("hello", DELIVERED).sent()
    assert alice.passes(days=1).place == "sending was-delivered"


def test_a_receipt_for_a_message_of_which_we_heard_no_answer_tells_that_it_went_out() -> None:
    """Its outcome stays `unknown`, and yet it was delivered."""
    alice = Way(ASK).sent(Outcome.UNKNOWN).hears("hello", DELIVERED)
    assert alice.passes(days=1).place == "sending was-delivered"


def test_a_receipt_during_a_pause_counts() -> None:
    """It only makes nothing happen."""
    alice = Way(NEWS).sent().order(Order.PAUSE).hears("news", CLICKED)
    assert alice.place == "paused, waiting at monthly"
    assert alice.order(Order.RESUME).place == "sending bye"


def test_a_repeat_at_rest_ends_with_the_receipt_that_its_condition_waits_for() -> None:
    """As with any other condition."""
    alice = Way(NEWS).sent().hears("news", OPENED)
    assert alice.place == "waiting at monthly"
    assert alice.hears("news", CLICKED).place == "sending bye"


def test_receipts_of_earlier_laps_say_nothing_of_the_newest_message() -> None:
    """A condition is about the message that was sent last."""
    alice = Way(NEWS).sent().passes(days=30)
    assert alice.hears("news", CLICKED, lap=1).sent().place == "waiting at monthly"
    assert alice.hears("news", CLICKED, lap=1).place == "waiting at monthly"
    assert alice.hears("news", CLICKED, lap=2).place == "sending bye"


def test_a_receipt_that_fits_nothing_changes_nothing() -> None:
    """Of a step without a message, of a lap that has not begun, of a step that nobody asks about, after the end."""
    alice = Way(ASK).sent()
    before = alice.state
    for step, lap in (("rest", 1), ("nobody", 1), ("hello", 2), ("hello", 0), ("was-opened", 1)):
        alice.hears(step, OPENED, lap=lap)
    assert alice.state == before
    assert Way("[{id: hello, send: welcome}]").hears("hello", OPENED).state.receipts == {}
    gone = alice.event("account_deleted")
    assert gone.hears("hello", OPENED).place == "ended: event:account_deleted"


def test_only_steps_that_conditions_ask_about_are_named() -> None:
    """Whoever signals receipts leaves out all others; `sent` and `skipped` are known without any."""
    assert Way(ASK).program.receipts == {"hello"}
    assert Way(ASK.replace("outcome: clicked", "outcome: skipped")).program.receipts == {"hello"}
    assert Way("[{id: a, send: b}, {id: c, branch: [{if: {step: a, outcome: sent}}]}]").program.receipts == set()
    where = "wait_for: {event: used, where: {step: a, outcome: opened}}"
    assert Way(f"[{{id: a, send: b}}, {{id: c, {where}}}]").program.receipts == {"a"}


def test_a_state_from_before_there_were_receipts_is_taken_on() -> None:
    """Who sleeps since then wakes up with nothing known."""
    alice = Way(ASK).sent()
    stored = STORED.dump_python(alice.state, mode="json")
    del stored["receipts"]
    alice.state = STORED.validate_python(stored)
    assert alice.hears("hello", OPENED).passes(days=1).place == "sending was-opened"
    assert alice.take(Executed("hello", Outcome.SENT)).place == "sending was-opened"
