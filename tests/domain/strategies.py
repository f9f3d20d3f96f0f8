"""Random journeys, valid ones and broken ones, and random things that may happen to a person in them."""

from collections.abc import Callable
from datetime import timedelta
from itertools import count
from typing import Any

from hypothesis import strategies as st

from domain.delivery import Fate, Outcome, Reported
from domain.journey.language import STEP_KINDS, Journey
from domain.machine.stimuli import Act, Await, Deliver, Executed, Order, ReceiptSeen, TimerFired
from domain.verification.answers import Answer
from tests.domain.travel import Way

Action = Callable[[Way], object]
Part = st.SearchStrategy[dict[str, Any]]

EVENTS = st.sampled_from(["used", "paid", "left"])
DURATIONS = st.sampled_from(["1s", "10m", "24h", "3d"])
VALUES = st.sampled_from([1, 2.5, True, "pro", "free"])
SEEN = VALUES | st.none()


def _few(items: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Any]]:
    return st.lists(items, min_size=1, max_size=2)


def _comparison(kind: str) -> Part:
    forms: list[dict[str, st.SearchStrategy[Any]]] = [
        {"equals": VALUES},
        {"in": _few(VALUES)},
        {"above": st.just(1)},
        {"exists": st.booleans()},
    ]
    return st.one_of([st.fixed_dictionaries({kind: st.sampled_from(["plan", "n"]), **form}) for form in forms])


def _conditions(*leaves: Part) -> Part:
    condition: Part = st.deferred(lambda: st.one_of(*simple, *simple, *compound))
    simple = (
        st.fixed_dictionaries({"event": EVENTS}, optional={"at_least": st.integers(1, 3), "within": DURATIONS}),
        _comparison("attribute"),
        st.fixed_dictionaries({"segment": st.just("power")}),
        *leaves,
    )
    compound = (
        *(st.fixed_dictionaries({key: _few(condition)}) for key in ("all", "any")),
        st.fixed_dictionaries({"not": condition}),
    )
    return condition


OUTCOMES = st.fixed_dictionaries({"step": st.integers(0, 9), "outcome": st.sampled_from(list(map(str, Fate)))})
IF, WHERE = _conditions(OUTCOMES), _conditions(_comparison("property"))

# Most steps are simple, so that journeys end.
STEP: Part = st.deferred(
    lambda: st.one_of(SEND, WAIT, EFFECT, SEND, WAIT, EFFECT, SEND, WAIT, WAIT_FOR, VERIFY, BRANCH, REPEAT, SPLIT)
)
BLOCK = st.tuples(st.lists(STEP, max_size=2), st.lists(st.just({"exit": "enough"}), max_size=1)).map(
    lambda parts: parts[0] + parts[1]
)
FALLBACK = st.fixed_dictionaries({"unless": st.sampled_from(["delivered", "opened", "clicked"]), "after": DURATIONS})
SEND: Part = st.fixed_dictionaries(
    {"send": st.just("hello")},
    optional={"via": st.just("preferred") | st.just(["sms", "email"]) | st.just("sms"), "required": st.booleans()},
) | st.fixed_dictionaries(
    {"send": st.just("hello"), "fallback": FALLBACK},
    optional={"via": st.just("preferred") | st.just(["sms", "email"]), "required": st.booleans()},
)
LOCAL = st.fixed_dictionaries(
    {"until": st.sampled_from(["00:30", "09:00", "23:59"])}, optional={"days": _few(st.sampled_from(["mon", "sat"]))}
)
DATED = st.fixed_dictionaries(
    {"until": st.sampled_from(["due.at", "event.at"]), "if_past": st.sampled_from(["skip", "now", "exit"])},
    optional={"offset": st.sampled_from(["-24h", "2d"])},
)
WAIT: Part = st.fixed_dictionaries({"wait": DURATIONS}) | st.fixed_dictionaries(
    {"wait": LOCAL | DATED}, optional={"do": BLOCK}
)
EFFECT: Part = st.one_of(
    st.fixed_dictionaries({"set": st.dictionaries(st.sampled_from(["plan", "n"]), VALUES, min_size=1)}),
    st.fixed_dictionaries({"emit": EVENTS}),
    st.fixed_dictionaries({"enter": st.just("other")}),
)
AWAITED = st.lists(
    st.fixed_dictionaries({"event": EVENTS}, optional={"where": WHERE, "do": BLOCK}),
    min_size=1,
    max_size=3,
    unique_by=lambda one: (one["event"], str(one.get("where"))),
).map(lambda found: sorted(found, key=lambda one: "where" not in one))  # so that each can win
WAITS = {"wait_for": AWAITED, "since": st.sampled_from(["enrollment", "step"])}
WAIT_FOR: Part = st.fixed_dictionaries(WAITS) | st.fixed_dictionaries(
    {**WAITS, "timeout": DURATIONS}, optional={"on_timeout": BLOCK}
)
VERIFY: Part = st.fixed_dictionaries(
    {"verify": st.sampled_from(["phone", "email"])},
    optional={"link": st.booleans(), "timeout": DURATIONS, "do": BLOCK, "on_timeout": BLOCK},
)
CASES = _few(st.fixed_dictionaries({"if": IF}, optional={"do": BLOCK}))
ELSE = st.lists(st.fixed_dictionaries({"else": BLOCK}), max_size=1)
BRANCH: Part = st.fixed_dictionaries({"branch": st.tuples(CASES, ELSE).map(lambda parts: parts[0] + parts[1])})
LAPS = st.fixed_dictionaries({"every": DURATIONS, "at_most": st.integers(1, 3)}, optional={"until": IF})
REPEAT: Part = st.fixed_dictionaries({"repeat": LAPS, "do": st.lists(STEP, min_size=1, max_size=2)})
SPLIT: Part = st.fixed_dictionaries(
    {"split": st.just({"b": 30, "a": 30, "holdout": 40}), "do": st.fixed_dictionaries({"a": BLOCK, "b": BLOCK})}
)


STEP_KEYS = set(STEP_KINDS)


def _named(steps: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The steps with ids, and each condition on an outcome with the id of an earlier `send`."""
    numbers = count()
    sends: list[str] = []

    def name(part: Any) -> Any:
        if isinstance(part, list):
            return [name(item) for item in part]
        if not isinstance(part, dict):
            return part
        if "outcome" in part:
            return {**part, "step": sends[part["step"] % len(sends)]} if sends else {"event": "used"}
        part = dict(sorted(part.items(), key=lambda item: item[0] not in ("if", "where", "wait_for")))  # as it is run
        if not STEP_KEYS & part.keys() or "every" in part:
            return {key: name(value) for key, value in part.items()}
        step_id = f"s{next(numbers)}"
        if "send" in part:
            sends.append(step_id)
        return {"id": step_id, **{key: name(value) for key, value in part.items()}}

    named: list[dict[str, Any]] = name(steps)
    return named


def _definition(steps: list[dict[str, Any]]) -> dict[str, Any]:
    head = {"journey": "test", "title": "Test", "topic": "test", "entry": {"event": "signed_up"}}
    numbers = {"goal": {"event": "paid", "within": "3d"}, "milestones": {"first": "used"}, "updated_by": ["paid"]}
    return {**head, **numbers, "exit_on": ["account_deleted"], "steps": _named(steps)}


DEFINITIONS = st.lists(STEP, min_size=1, max_size=4).map(_definition)
JOURNEYS = DEFINITIONS.map(Journey.model_validate)

AGO = st.sampled_from([0, 1, 3600, 90_000, -60]).map(lambda seconds: timedelta(seconds=seconds))
DATES = st.sampled_from([None, {"at": "2026-03-03T00:00:00Z"}, {"at": "2026-03-20T10:00"}, {"at": "never"}, 7, "x"])
ATTRIBUTES = st.dictionaries(st.sampled_from(["plan", "n", "unasked"]), SEEN, max_size=2) | st.fixed_dictionaries(
    {"due": DATES, "segments": st.sampled_from([None, [], ["power"], "power", 1])}
)


def _due(way: Way) -> None:
    if isinstance(way.command, Await) and way.command.until:
        way.reaches(max(way.now, way.command.until))


def _settle(outcome: Outcome) -> Action:
    def settle(way: Way) -> None:
        if isinstance(way.command, Deliver):
            way.sent(outcome)
        elif isinstance(way.command, Act):
            way.acted()

    return settle


def _report(way: Way, reported: Reported, channel: str | None) -> None:
    """Of the message of the step where she is."""
    way.hears(way.state.step, reported, channel, lap=way.state.passes)


def _hold(way: Way, seconds: int) -> None:
    if isinstance(way.command, Deliver):
        way.holds(seconds=seconds)


def _answer(answer: Answer) -> Action:
    def settle(way: Way) -> None:
        if isinstance(way.command, Act) and way.command.effect == "verify":
            way.answers(answer)

    return settle


def _go_on(way: Way) -> None:
    """As most people do: what was asked for comes about, and waits pass."""
    _due(way)
    _settle(Outcome.SENT)(way)


CHANNEL = st.sampled_from([None, "sms", "email"])
DOES: st.SearchStrategy[Action] = st.builds(
    lambda name, ago, key, n, at: lambda way: way.event(name, ago=ago, id=key, n=n, at=at),
    st.sampled_from(["used", "paid", "left"] * 4 + ["unnamed", "account_deleted", "phone_verified", "email_verified"]),
    AGO,
    st.sampled_from(["", "", "a", "b"]),
    SEEN,
    st.sampled_from([None, "2026-03-03T00:00:00Z", "2026-03-20T10:00", "never", 7]),
)
ANYTHING: st.SearchStrategy[Action] = st.one_of(
    st.just(_due),
    st.sampled_from(list(Outcome)).map(_settle),
    st.sampled_from(list(Answer)).map(_answer),
    st.sampled_from(list(Order)).map(lambda order: lambda way: way.order(order)),
    ATTRIBUTES.map(lambda attributes: lambda way: way.learns(**attributes)),
    st.sampled_from(["Asia/Tokyo", "America/New_York", "Nowhere/Land", "\0"]).map(
        lambda zone: lambda way: way.moves(zone)
    ),
    st.sampled_from([1, 600, 90_000]).map(lambda seconds: lambda way: way.sleeps(seconds=seconds)),
    st.sampled_from([1, 86_400]).map(lambda seconds: lambda way: way.passes(seconds=seconds)),
    st.builds(lambda n, out: lambda way: way.take(Executed(f"s{n}", out)), st.integers(0, 9), st.sampled_from(Outcome)),
    st.builds(
        lambda n, lap, what, channel: lambda way: way.take(ReceiptSeen(f"s{n}", lap, what, way.now, channel)),
        st.integers(0, 9),
        st.sampled_from([-1, 0, 1, 1, 1, 2, 3, 99]),
        st.sampled_from(Reported),
        CHANNEL,
    ),
    st.builds(lambda what, channel: lambda way: _report(way, what, channel), st.sampled_from(Reported), CHANNEL),
    st.sampled_from([1, 600, 90_000]).map(lambda seconds: lambda way: _hold(way, seconds)),
    st.integers(0, 9).map(lambda n: lambda way: way.take(TimerFired(f"s{n}", way.now))),
)
# Half of what happens leads on, and half of the rest are events: so that people come far, and meet what they wait for.
ACTIONS = st.integers(0, 3).flatmap(lambda n: st.just(_go_on) if n < 2 else DOES if n == 2 else ANYTHING)
LIVES = st.lists(ACTIONS, min_size=15, max_size=40)
