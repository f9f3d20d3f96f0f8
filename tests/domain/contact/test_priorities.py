"""Who gets the room that caps leave: a message yields to one that would lose by it, and to no other."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.contact.caps import Cap, Sent, full, read
from domain.contact.policy import Facts, Policy, weigh
from domain.contact.priorities import LONGEST, LOOKS_AHEAD, OVERDUE, Line, Waiting, again, yields_to
from domain.contact.terms import Priority, Terms
from domain.delivery import Decision, Verdict

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
ONE_A_DAY = "overall 1/1d"
AN_HOUR_AGO = (Sent(NOW - HOUR, "sms", "news"),)


def waits(until: datetime = NOW, **more: Any) -> Waiting:
    """A message of high priority, held until it is due."""
    known = {"enrollment": "e-1", "journey": "renewal", "step": "offer", "channel": "sms", "topic": "offers"}
    return Waiting(**{**known, "priority": "high", "until": until, **more})


def mine(since: datetime) -> Waiting:
    """This message, which has yielded before."""
    return waits(enrollment="e-2", priority="normal", since=since)


CASES: list[tuple[str, Waiting, Priority, dict[str, Any], bool]] = [
    # both wake at the same instant, and there is room for one
    (ONE_A_DAY, waits(), "normal", {}, True),
    (ONE_A_DAY, waits(priority="normal"), "low", {}, True),
    # of the same priority, or a lower one: who comes first
    (ONE_A_DAY, waits(), "high", {}, False),
    (ONE_A_DAY, waits(priority="low"), "normal", {}, False),
    # room for both
    ("overall 2/1d", waits(), "normal", {}, False),
    ("overall 2/1d", waits(), "normal", {"sent": AN_HOUR_AGO}, True),
    # a cap that is not about both of them
    ("topic 1/1d", waits(), "normal", {}, False),
    ("topic 1/1d", waits(topic="news"), "normal", {}, True),
    ("sms 1/1d", waits(), "normal", {}, True),
    ("sms 1/1d", waits(channel="email"), "normal", {}, False),
    ("channel 1/1d", waits(channel="email"), "normal", {}, False),
    # the other is held through the night, and would find the room gone in the morning; or will there be new room?
    (ONE_A_DAY, waits(NOW + 10 * HOUR), "normal", {}, True),
    ("overall 1/8h", waits(NOW + 10 * HOUR), "normal", {}, False),
    (ONE_A_DAY, waits(NOW + LOOKS_AHEAD + MINUTE), "normal", {}, False),  # too far ahead for room to lie idle
    # it should have woken, and has not: a busy worker, or an enrollment that moves on no more
    (ONE_A_DAY, waits(NOW - OVERDUE + MINUTE), "normal", {}, True),
    (ONE_A_DAY, waits(NOW - OVERDUE), "normal", {}, False),
    (ONE_A_DAY, waits(NOW - OVERDUE), "normal", {"pace": 3600}, True),  # an hour is a second: it has had none yet
    # it finds no room anyway
    ("overall 3/1d, topic 1/1d", waits(), "normal", {"sent": (Sent(NOW - HOUR, "sms", "offers"),)}, False),
    # who has yielded for long enough competes as any other
    (ONE_A_DAY, waits(), "normal", {"mine": mine(NOW - LONGEST + MINUTE)}, True),
    (ONE_A_DAY, waits(), "normal", {"mine": mine(NOW - LONGEST)}, False),
]


@pytest.mark.parametrize(("caps", "other", "priority", "about", "yields"), CASES)
def test_a_message_yields_to_who_would_lose_by_it(
    caps: str, other: Waiting, priority: Priority, about: dict[str, Any], yields: bool
) -> None:
    """An sms about news, beside another one of the same person."""
    line = Line(about.get("mine"), [other], about.get("pace", 1))
    found = yields_to(line, priority, Sent(NOW, "sms", "news"), about.get("sent", ()), lambda _: read(caps))
    assert found == (other if yields else None)


def test_the_decision_names_whom_it_yields_to_and_when_it_is_made_again() -> None:
    """A minute after the other one was decided on, so that it is known what became of that."""
    other = waits(NOW + HOUR)
    usable = Decision("sms", Verdict.ALLOWED, "address_usable")
    policy, facts = Policy(caps=read(ONE_A_DAY)), Facts("UTC", line=Line(others=[other]))
    [found] = weigh(policy, Terms(priority="low"), "news", facts, [usable], NOW)
    assert (found.verdict, found.rule, found.until) == (Verdict.HELD, "yields_to", NOW + HOUR + MINUTE)
    assert found.inputs["to"]["enrollment"] == "e-1"
    assert weigh(policy, Terms(transactional=True), "news", facts, [usable], NOW)[0].verdict is Verdict.ALLOWED


@pytest.mark.parametrize(
    ("until", "pace", "after"),
    [
        (NOW - MINUTE, 1, MINUTE),  # overdue: from now
        (NOW + HOUR, 1, HOUR + MINUTE),
        (NOW, 3600, 2 * HOUR),  # two seconds of real time, for a worker to have done it
    ],
)
def test_when_a_message_that_yields_is_decided_on_again(until: datetime, pace: float, after: timedelta) -> None:
    """Soon, and never so soon that nothing can have happened."""
    assert again(waits(until), NOW, pace) - NOW == after


RANKS: tuple[Priority, ...] = ("high", "normal", "low")
three = st.tuples(
    *(
        st.builds(
            waits,
            st.integers(0, 20).map(lambda hours: NOW + hours * HOUR),
            enrollment=st.just(rank),
            priority=st.just(rank),
            channel=st.sampled_from(["sms", "email"]),
            topic=st.sampled_from(["news", "offers"]),
        )
        for rank in RANKS
    )
)
some_caps = st.lists(
    st.builds(
        Cap, st.sampled_from(["overall", "topic", "sms"]), st.integers(1, 2), st.integers(1, 30).map(HOUR.__mul__)
    ),
    min_size=1,
    max_size=3,
)


def went(caps: list[Cap], people: tuple[Waiting, ...], turns: tuple[int, ...]) -> list[Sent]:
    """Each decided on when it is due, in this order of workers whenever several are; what was sent."""
    held, sent = {one.enrollment: one for one in people}, list[Sent]()
    while held:
        now = min(one.until for one in held.values())
        one = held.pop(next(RANKS[turn] for turn in turns if RANKS[turn] in held and held[RANKS[turn]].until <= now))
        message = Sent(now, one.channel, one.topic)
        if full(caps, sent, one.channel, one.topic, now):
            continue
        line = Line(one, list(held.values()))
        if other := yields_to(line, one.priority, message, sent, lambda _: caps):
            held[one.enrollment] = replace(one, until=again(other, now, 1), since=one.since or now)
        else:
            sent.append(message)
    return sent


@given(some_caps, three, st.permutations(range(3)).map(tuple))
def test_the_highest_is_always_sent_and_nobody_waits_for_ever(
    caps: list[Cap], people: tuple[Waiting, ...], turns: tuple[int, ...]
) -> None:
    """Whatever the caps, the hours that they are held until, and the order in which workers get to them."""
    sent = went(caps, people, turns)
    highest = people[0]
    assert Sent(highest.until, highest.channel, highest.topic) in sent
