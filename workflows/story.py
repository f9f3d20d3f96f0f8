"""What the Temporal UI tells of a journey in words. No personal data: ids of steps, journeys and templates only."""

from temporalio.common import SearchAttributeKey

from domain.clock import Clock
from domain.journey.language import Journey
from domain.journey.program import Program
from domain.machine.state import State
from domain.machine.stimuli import Act, Await, Command, Complete, Deliver
from workflows.inputs import JOURNEY, STATUS, STEP, VERSION

MOST_BYTES = 300  # the server refuses summaries of more than 400 bytes by default


def short(text: str) -> str:
    """A summary that the server takes, in whatever script it is written."""
    encoded = text.encode()
    return text if len(encoded) <= MOST_BYTES else encoded[: MOST_BYTES - 3].decode(errors="ignore") + "…"


def summary(journey: Journey) -> str:
    """The workflow's one line."""
    return short(f"{journey.title} ({journey.journey} {journey.version})")


def timer_summary(command: Await) -> str:
    """What a timer stands for."""
    if command.receipt:
        return f"{command.step}: not {command.receipt} in time"
    if not command.events:
        return f"{command.step}: held until it may be sent" if command.held else f"{command.step}: wait"
    return short(f"{command.step}: no {' or '.join(command.events)} in time")


def delivery_summary(command: Deliver) -> str:
    """What a delivery stands for."""
    return f"{command.step}: send {command.template} via {', '.join(command.via or ['preferred channel'])}"


def search_attributes(program: Program, state: State) -> tuple[tuple[SearchAttributeKey[str], str], ...]:
    """What the UI can be searched by."""
    return (
        (JOURNEY, program.journey.journey),
        (VERSION, program.version),
        (STEP, state.step),
        (STATUS, "paused" if state.paused_at else "active"),
    )


def effect_summary(command: Act) -> str:
    """What an effect stands for."""
    return short(f"{command.step}: {command.effect} {command.name or ', '.join(command.values)}")


def details(command: Command, state: State, clock: Clock) -> str:
    """Where the person is, in Markdown."""
    lines = [f"**{_now(command, state)}**", *_pace(clock), *_outcomes(state)]
    return "\n\n".join(lines)


def _now(command: Command, state: State) -> str:
    if state.paused_at:
        return f"Paused at `{state.step}` since {state.paused_at:%Y-%m-%d %H:%M} UTC"
    if isinstance(command, Complete):
        return f"Ended: {command.reason}"
    if isinstance(command, Deliver):
        return f"Sending `{command.template}` at `{command.step}`"
    if isinstance(command, Act):
        return f"At `{command.step}`: {command.effect} {command.name}"
    until = f" until {command.until:%Y-%m-%d %H:%M} UTC" if command.until else ""
    if command.held:
        return f"Holding the message of `{command.step}`{until}"
    if command.receipt:
        return f"Waiting for the message of `{command.step}` to be {command.receipt}{until}"
    events = f" for {', '.join(f'`{event}`' for event in command.events)}" if command.events else ""
    return f"Waiting at `{command.step}`{events}{until}"


def _pace(clock: Clock) -> list[str]:
    return [f"Journey time, at pace {clock.pace:g}"] if clock.pace != 1 else []


def _outcomes(state: State) -> list[str]:
    told = "\n".join(f"- `{step}`: {outcome}{_reported(state, step)}" for step, outcome in state.outcomes.items())
    return [told] if told else []


def _reported(state: State, step: str) -> str:
    receipt = state.receipts.get(step)
    return f", {receipt.reported}" if receipt and receipt.reported else ""
