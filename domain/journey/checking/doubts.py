"""What is allowed and yet looks like a mistake: warnings, which hold nothing up unless one asks for it."""

from collections.abc import Collection, Iterator

from domain.contact.habits import USUAL_ORDER
from domain.delivery import Fate
from domain.journey import raw
from domain.journey.checking.density import MOST_COUNTED, busiest_week
from domain.journey.conditions import SEGMENTS, StepEnded
from domain.journey.fallback import Unheard, is_silent
from domain.journey.language import Branch, Journey, Repeat, Send, Set, Verify, Wait, WaitFor
from domain.journey.patience import TooManyWays
from domain.journey.places import paths_of_steps, problem_at
from domain.journey.program import OF_EVENT
from domain.journey.waits import FromDate
from domain.journey.walking import Block, awaited_by, blocks, conditions, every_step, leaves_of
from domain.shown import shown
from domain.yaml_source import Path, Problem, Source

Found = Iterator[tuple[Path, str]]
BY_RECEIPT = {Fate.DELIVERED, Fate.OPENED, Fate.CLICKED}  # nothing else tells
ALWAYS = "nobody hears of {} that it was {}, so the next channel always follows it"
RESTS = Wait | WaitFor | Verify | Repeat


def doubts(journey: Journey, source: Source, most_a_week: int) -> list[Problem]:
    """All warnings that the journey alone gives reason for."""
    paths = paths_of_steps(source)
    found = [*_waits_without_end(journey, paths), *_exits_awaited(journey, paths), *_dates(journey, paths)]
    found += _idle_priorities(journey, paths)
    found += [*_silent_channels(journey, paths), *_asked_too_soon(journey.steps, paths)]
    found += _too_many(journey, paths, most_a_week)
    return [problem_at(source, path, message) for path, message in found]


def unsent(journey: Journey, source: Source, sent: Collection[str]) -> list[Problem]:
    """Attributes that the journey looks at, and that neither anybody has nor the journey sets."""
    own = {name for step in every_step(journey.steps) if isinstance(step, Set) for name in step.set}
    first = {name: place for place, name in reversed(list(_looks(source)))}
    return [
        problem_at(source, place, f"nobody has an attribute {shown(name)}; is that how your services send it?")
        for name, place in first.items()
        if name not in own and name not in sent
    ]


def silent_here(journey: Journey, there: Unheard) -> Iterator[tuple[Send, str, str]]:
    """Steps with a channel that does not report in this deployment what they wait for, and what to do about it."""
    for step in every_step(journey.steps):
        if isinstance(step, Send) and step.fallback:
            for channel in step.via[:-1] if step.via else USUAL_ORDER:
                if mend := there.get((channel, step.fallback.unless)):
                    yield step, channel, mend


def unheard(journey: Journey, source: Source, there: Unheard) -> list[Problem]:
    """The same as warnings."""
    paths = paths_of_steps(source)
    return [
        problem_at(source, (*paths[step.id], "fallback"), f"{ALWAYS.format(channel, step.fallback.unless)}: {mend}")
        for step, channel, mend in silent_here(journey, there)
        if step.fallback
    ]


def _waits_without_end(journey: Journey, paths: dict[str, Path]) -> Found:
    for step in every_step(journey.steps):
        if isinstance(step, WaitFor) and step.timeout is None and not journey.exit_on:
            message = "waits for ever if this never comes; give it a `timeout`, or the journey an `exit_on`"
            yield (*paths[step.id], "wait_for"), message


def _exits_awaited(journey: Journey, paths: dict[str, Path]) -> Found:
    for step in every_step(journey.steps):
        for event in {one.event for one in awaited_by(step)}:
            if event in journey.exit_on:
                message = f"{shown(event)} is in `exit_on`: it ends the journey, so it never wins here"
                yield (*paths[step.id], "verify" if isinstance(step, Verify) else "wait_for"), message


def _silent_channels(journey: Journey, paths: dict[str, Path]) -> Found:
    """Channels of which nothing like it is ever heard, so that all that goes there is followed by more."""
    for step in every_step(journey.steps):
        if isinstance(step, Send) and step.fallback and step.via:
            for channel in [one for one in step.via[:-1] if is_silent(one, step.fallback)]:
                yield (*paths[step.id], "fallback"), ALWAYS.format(channel, step.fallback.unless)


def _asked_too_soon(block: Block, paths: dict[str, Path]) -> Found:
    """Receipts take their time, and nothing waits for them but a wait."""
    fresh: set[str] = set()
    for step in block:
        if isinstance(step, RESTS):
            fresh = set()
        elif isinstance(step, Send) and step.fallback is None:
            fresh |= {step.id}
        asked = {leaf for one in conditions(step) for leaf in leaves_of(one)} if isinstance(step, Branch) else ()
        for leaf in sorted({one.step for one in asked if isinstance(one, StepEnded) and one.outcome in BY_RECEIPT}):
            if leaf in fresh:
                message = f"asks what became of {leaf} right after it was sent; let it `wait` for receipts before"
                yield (*paths[step.id], "branch"), message
        for nested in blocks(step):
            yield from _asked_too_soon(nested, paths)


def _idle_priorities(journey: Journey, paths: dict[str, Path]) -> Found:
    for step in every_step(journey.steps):
        if isinstance(step, Send) and step.priority and journey.terms(step).transactional:
            yield (*paths[step.id], "priority"), "`priority` means nothing here: a transactional message needs no room"


def _dates(journey: Journey, paths: dict[str, Path]) -> Found:
    """Dates of events that nothing brings anew, and events that bring nothing."""
    dated = [
        step
        for step in every_step(journey.steps)
        if isinstance(step, Wait) and isinstance(step.wait, FromDate) and step.wait.until.startswith(OF_EVENT)
    ]
    if journey.updated_by and not dated:
        yield ("updated_by",), f"brings nothing: no wait is `until` a path that begins with `{OF_EVENT}`"
    for step in dated if not journey.updated_by else ():
        message = f"stays as {journey.entry.event} brings it; name the events that change it under `updated_by`"
        yield (*paths[step.id], "wait", "until"), message


def _too_many(journey: Journey, paths: dict[str, Path], most: int) -> Found:
    try:
        count, first = busiest_week(journey)
    except TooManyWays as error:
        yield ("steps",), f"the messages of a week are not counted: {error}"
        return
    if count > most:
        said = f"{count} or more" if count >= MOST_COUNTED else str(count)
        yield paths[first], f"begins seven days in which a person may get {said} messages; the limit is {most}"


def _looks(source: Source) -> Iterator[tuple[Path, str]]:
    """Where attributes are looked at, with their names."""
    yield from _compared(source.data["entry"].get("where"), ("entry", "where"))
    for path, step in raw.steps(source.data):
        for inner, condition in raw.conditions(step, path):
            yield from _compared(condition, inner)
        until = (
            step["wait"].get("until", "") if isinstance(step.get("wait"), dict) and "if_past" in step["wait"] else ""
        )
        if until and not until.startswith(OF_EVENT):
            yield (*path, "wait", "until"), until.split(".")[0]


def _compared(condition: object, path: Path) -> Iterator[tuple[Path, str]]:
    for inner, leaf in raw.leaves(condition, path):
        if "attribute" in leaf:
            yield (*inner, "attribute"), leaf["attribute"]
        elif "segment" in leaf:
            yield (*inner, "segment"), SEGMENTS
