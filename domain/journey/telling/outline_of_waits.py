"""What a person reads of a step that waits: for a while, for a local time, for a date, or for events."""

from datetime import timedelta
from typing import assert_never

from domain.journey.language import Awaited, Verify, Wait, WaitFor
from domain.journey.telling.phrases import condition_in_words
from domain.journey.telling.reading import Outline, Way
from domain.journey.telling.words import WEEKDAYS, capitalised, channels_in_words, duration_in_words, listed, named
from domain.journey.waits import FromDate, LocalTime
from domain.journey.walking import Block
from domain.verification.contacts import Contact

CONTACTS = {Contact.PHONE: "phone", Contact.EMAIL: "e-mail address"}
MISSED = "if that is past or unknown"


def of_wait(step: Wait) -> Outline:
    """A wait by the clock or the calendar."""
    match step.wait:
        case timedelta():
            return _timed(step, f"Wait {duration_in_words(step.wait)}")
        case LocalTime():
            days = [f"on {listed(map(WEEKDAYS.__getitem__, step.wait.days), 'or')}"] if step.wait.days else []
            return _timed(step, f"Wait until {step.wait.until:%H:%M}", *days, "where the person lives")
        case FromDate():
            return _dated(step, step.wait)
        case _:
            assert_never(step.wait)


def _timed(step: Wait, title: str, *details: str) -> Outline:
    return Outline(step.id, "wait", title, details, (Way("then", step.do),) if step.do else ())


def _dated(step: Wait, date: FromDate) -> Outline:
    side = "before" if date.offset < timedelta(0) else "after"
    offset = f"{duration_in_words(abs(date.offset))} {side} " if date.offset else ""
    title, ways = f"Wait until {offset}{date.until}", _ways_of_date(date, step.do)
    return Outline(step.id, "wait", title, () if ways else (f"goes on at once {MISSED}",), ways)


def _ways_of_date(date: FromDate, block: Block) -> tuple[Way, ...]:
    if date.if_past == "exit":
        return Way("in time", block), Way(MISSED, out="Exit: past")
    if not block:
        return ()
    if date.if_past == "now":
        return Way("then, or now if that is past", block), Way("if that is unknown")
    return Way("in time", block), Way(MISSED)


def of_wait_for(step: WaitFor) -> Outline:
    """A wait for events."""
    details = ["without end" if step.timeout is None else f"at most {duration_in_words(step.timeout)}"]
    if step.since == "step":
        details.append("counts from this step on")
    ways = [Way(_awaited(awaited), awaited.do) for awaited in step.wait_for]
    if step.timeout is not None:
        missed = "it" if len(step.wait_for) == 1 else "any"
        ways.append(Way(f"after {duration_in_words(step.timeout)} without {missed}", step.on_timeout))
    events = named([awaited.event for awaited in step.wait_for], "or", f"which of {len(step.wait_for)} events")
    return Outline(step.id, "wait_for", f"{capitalised(events)}?", tuple(details), tuple(ways))


def of_verify(step: Verify) -> Outline:
    """A one-time code, and the wait for it."""
    what = "code or link" if step.link else "code"
    sent = f"a {what} {channels_in_words(step.via)}" if step.via else f"a {what}"
    ways = (
        Way("confirmed, now or before", step.do),
        Way(f"not within {duration_in_words(step.timeout)}", step.on_timeout),
    )
    return Outline(step.id, "verify", f"{capitalised(CONTACTS[step.verify])} confirmed?", (sent,), ways)


def _awaited(awaited: Awaited) -> str:
    return awaited.event if awaited.where is None else f"{awaited.event} with {condition_in_words(awaited.where)}"
