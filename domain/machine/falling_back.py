"""A message whose receipt is waited for: once it says enough the step is over, and if it stays away the next channel
gets its turn, each once."""

from datetime import datetime, timedelta

from domain.delivery import IMPLIES, Outcome, Reported
from domain.journey.facts import Receipt
from domain.journey.language import Send, Step
from domain.machine.copying import replace
from domain.machine.reports import newest
from domain.machine.state import Phase, State
from domain.machine.stimuli import Executed

NO_TIME = timedelta(0)
MAY_HAVE_GONE_OUT = (Outcome.SENT, Outcome.UNKNOWN)


def past(state: State, step: Send) -> tuple[str, ...] | None:
    """The channels by which the step's message went out already; None for a step that waits for no receipt."""
    known = _known(state, step)
    if step.fallback is None:
        return None
    return known.channels if known else ()


def arrived(state: State, step: Step) -> bool:
    """Whether a receipt says of any of the step's messages what is waited for."""
    known = _known(state, step)
    if known is None or not isinstance(step, Send) or step.fallback is None:
        return False
    return any(step.fallback.unless in IMPLIES[reported] for reported in known.told.values())


def got_lost(state: State, step: Step) -> bool:
    """Whether the newest message has failed, after a provider had taken it."""
    known = _known(state, step)
    return known is not None and known.told.get(newest(known)) is Reported.FAILED


def outcome(state: State, step: Step, executed: Executed) -> Outcome | None:
    """What the step ends as: that a further channel does not take it unsays nothing."""
    went_out_before = isinstance(step, Send) and bool(past(state, step))
    if went_out_before and executed.outcome is not Outcome.SENT:
        return state.outcomes.get(step.id, executed.outcome)
    return executed.outcome


def is_awaited(state: State, step: Step, executed: Executed) -> bool:
    """Whether there is a receipt to wait for: the message may have gone out, on a channel that has not had its turn."""
    if not isinstance(step, Send) or step.fallback is None or executed.outcome not in MAY_HAVE_GONE_OUT:
        return False
    return executed.channel is not None and executed.channel not in (past(state, step) or ())


def wait(state: State, step: Step, now: datetime) -> State:
    """The state that waits for the receipt."""
    after = step.fallback.after if isinstance(step, Send) and step.fallback else NO_TIME
    return replace(state, phase=Phase.WAITING, until=now + after)


def _known(state: State, step: Step) -> Receipt | None:
    known = state.receipts.get(step.id)
    return known if known and known.pass_number == state.passes else None
