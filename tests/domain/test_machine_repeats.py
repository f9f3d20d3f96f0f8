"""Repeats, splits, effects, goals and milestones."""

from collections import Counter
from datetime import timedelta

import pytest

from domain.delivery import Outcome
from domain.machine.state import Progress
from domain.machine.stimuli import Act, Deliver, Order
from domain.splitting import share_of
from tests.domain.travel import START, Way

MONTHLY = """
- id: monthly
  repeat: {every: 30d, at_most: 12}
  do: [{id: news, send: news}]
- {id: bye, send: farewell}
"""


def test_a_repeat_of_every_thirty_days_at_most_twelve_times_ends() -> None:
    """Twelve messages thirty days apart, each a message of its own pass; then the journey goes on."""
    alice = Way(MONTHLY)
    began = []
    for _ in range(12):
        assert alice.place == "sending news"
        began.append((alice.now - START) / timedelta(days=30))
        alice.sent().passes(days=30)
    assert began == list(range(12))
    assert alice.place == "sending bye"
    assert alice.delivered.count("news") == 12


def test_laps_begin_on_time_however_late_a_lap_was() -> None:
    """A message that took five hours does not move the next one."""
    alice = Way(MONTHLY).sleeps(hours=5).sent()
    assert alice.state.until == START + timedelta(days=30)


def test_laps_do_not_pile_up_after_an_outage() -> None:
    """Who was unreachable for half a year gets one message, not six."""
    alice = Way(MONTHLY).sleeps(days=180).sent()
    assert alice.place == "sending news"
    alice.sent()
    assert alice.place == "waiting at monthly"


@pytest.mark.parametrize("when", ["before the first lap", "during a lap", "between laps"])
def test_a_repeat_ends_when_its_condition_holds(when: str) -> None:
    """At the latest before the next lap, and at once while it waits for one."""
    alice = Way(MONTHLY.replace("at_most: 12", "at_most: 12, until: {event: upgraded}").replace("- id: monthly",
        "- {id: w, wait: 1h}\n- id: monthly"))  # fmt: skip
    if when == "before the first lap":
        assert alice.event("upgraded").passes(hours=1).place == "sending bye"
        return
    alice.passes(hours=1)
    if when == "during a lap":
        assert alice.event("upgraded").place == "sending news"
        assert alice.sent().passes(days=30).place == "sending bye"
    else:
        assert alice.sent().event("upgraded").place == "sending bye"


def test_an_attribute_ends_a_repeat_at_once_too() -> None:
    """As events do."""
    alice = Way(MONTHLY.replace("at_most: 12", "at_most: 12, until: {attribute: plan, equals: pro}"))
    assert alice.sent().learns(plan="free").place == "waiting at monthly"
    assert alice.learns(plan="pro").place == "sending bye"


def test_repeats_within_repeats_give_each_lap_its_own_pass() -> None:
    """No message of one lap is taken for that of another."""
    alice = Way("""
    - id: outer
      repeat: {every: 10d, at_most: 3}
      do:
        - id: inner
          repeat: {every: 1d, at_most: 2}
          do: [{id: hello, send: welcome}]
    """)
    while alice.state.ended is None:
        if alice.place == "sending hello":
            alice.sent()
        else:
            alice.passes(days=1)
    assert alice.delivered == ["hello"] * 6


def test_a_pause_between_laps_pushes_the_next_one_back() -> None:
    """As with every duration."""
    alice = Way(MONTHLY).sent().passes(days=10).order(Order.PAUSE).passes(days=100).order(Order.RESUME)
    assert alice.left == timedelta(days=20)


SPLIT = {"a": 33, "b": 33, "holdout": 34}


def test_a_split_of_ten_thousand_people_is_within_sampling_error() -> None:
    """Four standard deviations of 10,000 draws at a third are 1.9 per cent."""
    counts = Counter(share_of(f"user-{number}", "test", "s", SPLIT) for number in range(10_000))
    for share, percent in SPLIT.items():
        assert abs(counts[share] / 100 - percent) < 1.9


RECORDED_SHARES = ["b", "a", "holdout", "b", "holdout", "b", "a", "a"]


def test_a_split_never_changes_its_mind() -> None:
    """These shares are for ever; a change of the hash would move everybody in flight."""
    names = [f"user-{number}" for number in range(8)]
    first = [share_of(name, "test", "s", SPLIT) for name in names]
    assert first == RECORDED_SHARES


def test_the_holdout_gets_nothing_and_is_written_down() -> None:
    """So that what would have happened anyway is known."""
    alice = Way("""
    - id: half
      split: {treated: 1, holdout: 99}
      do: {treated: [{id: hello, send: welcome}]}
    """)
    assert alice.place == "ended: completed"
    assert alice.state.progress.shares == {"half": "holdout"}


def test_effects_are_asked_for_one_by_one() -> None:
    """Set, emit, enter: each is brought about before the next step is reached, and a set counts at once."""
    alice = Way("""
    - {id: mark, set: {stage: trial, seats: 5}}
    - {id: tell, emit: trial_began, properties: {days: 14}}
    - {id: also, enter: billing, key: k1}
    - {id: way, branch: [{if: {attribute: stage, equals: trial}, do: [{id: hello, send: welcome}]}]}
    """)
    for _ in range(3):
        alice.acted()
    assert alice.effects == [
        Act("mark", "set", values={"stage": "trial", "seats": 5}),
        Act("tell", "emit", name="trial_began", values={"days": 14}),
        Act("also", "enter", name="billing", key="k1"),
    ]
    assert alice.place == "sending hello"


def test_a_goal_counts_only_within_its_time_and_once() -> None:
    """The first event in time is the one that is written down."""
    head = "goal: {event: upgraded, within: 30d}\nmilestones: {perceived: signed_up, adopted: upgraded}\n"
    alice = Way("[{id: w, wait: 90d}]", entry={}, head=head).passes(days=3).event("upgraded")
    alice.passes(days=1).event("upgraded")
    reached = START + timedelta(days=3)
    assert alice.state.progress == Progress(reached, {"perceived": START, "adopted": reached})
    late = Way("[{id: w, wait: 90d}]", head=head).passes(days=31).event("upgraded")
    assert late.state.progress.goal_at is None
    assert late.state.progress.milestones == {"adopted": START + timedelta(days=31)}


def test_an_exit_beats_the_goal_the_goal_an_awaited_event_and_that_the_timer() -> None:
    """Of things that happen at the same instant; a goal that is an exit as well is reached all the same."""
    steps = "[{id: w, wait_for: {event: upgraded, do: [{id: seen, exit: seen}]}, timeout: 3d}]"
    exits = Way(steps, head="goal: {event: account_deleted}\n").event("account_deleted")
    assert (exits.place, exits.state.progress.goal_at) == ("ended: event:account_deleted", START)
    goal = Way(steps, head="goal: {event: upgraded}\n").sleeps(days=3).event("upgraded")
    assert (goal.place, goal.state.progress.goal_at) == ("ended: seen", goal.now)


def test_events_within_a_window_count_by_the_senders_time() -> None:
    """Three uses in a week, not three uses in a month."""
    steps = """
    - {id: w, wait: 10d}
    - id: b
      branch:
        - if: {event: used, at_least: 3, within: 7d}
          do: [{id: x, exit: keen}]
    """
    alice = Way(steps)
    for _ in range(3):
        alice.event("used").passes(days=2)
    assert alice.passes(days=4).place == "ended: completed"  # the first was ten days before
    bob = Way(steps).passes(days=4)
    for _ in range(3):
        bob.event("used").passes(days=1)
    assert bob.passes(days=3).place == "ended: keen"


def test_a_segment_is_one_that_the_persons_attributes_name() -> None:
    """`segments` is a list that the customer's data platform keeps."""
    steps = "[{id: b, branch: [{if: {segment: vip}, do: [{id: x, exit: vip}]}]}]"
    assert Way(steps, {"segments": ["new", "vip"]}).place == "ended: vip"
    assert Way(steps, {"segments": "vip"}).place == "ended: completed"


def test_a_share_does_not_depend_on_the_order_in_which_shares_are_written() -> None:
    """The database keeps none, and the version does not know of it either."""
    turned = dict(reversed(SPLIT.items()))
    assert all(
        share_of(f"user-{number}", "test", "s", SPLIT) == share_of(f"user-{number}", "test", "s", turned)
        for number in range(100)
    )


def test_a_repeat_may_end_when_its_own_message_is_out() -> None:
    """Its condition sees the outcomes of the laps before."""
    alice = Way("""
    - id: until-sent
      repeat: {every: 1d, at_most: 5, until: {step: hello, outcome: sent}}
      do: [{id: hello, send: welcome}]
    """)
    alice.sent(Outcome.FAILED).passes(days=1)
    assert alice.place == "sending hello"
    assert alice.sent().passes(days=1).place == "ended: completed"
    assert alice.delivered == ["hello", "hello"]


def test_the_first_lap_is_the_first_pass() -> None:
    """Messages are told apart by it, and a journey without repeats has but one."""
    alice = Way("[{id: r, repeat: {every: 1d, at_most: 2}, do: [{id: s, send: hi}]}, {id: t, send: bye}]")
    passes = [alice.command]
    passes += [alice.sent().passes(days=1).command, alice.sent().command]
    assert [(one.step, one.pass_number) for one in passes if isinstance(one, Deliver)] == [("s", 1), ("s", 2), ("t", 2)]


def test_lateness_of_one_lap_is_not_added_to_the_next() -> None:
    """Nine o'clock stays nine o'clock, however long the worker was away today."""
    alice = Way("[{id: r, repeat: {every: 1d, at_most: 3}, do: [{id: s, send: hi}]}]").sent()
    alice.sleeps(hours=27).fire().sent()
    assert alice.left == timedelta(hours=21)


def test_a_goal_at_the_very_end_of_its_time_counts() -> None:
    """Within is up to and with."""
    alice = Way("[{id: w, wait: 90d}]", head="goal: {event: upgraded, within: 30d}\n").passes(days=30)
    assert alice.event("upgraded").state.progress.goal_at == alice.now
