"""What receipts say of a journey's messages, as far as it asks: one each, that of a step's newest message."""

from domain.copying import replace
from domain.delivery import outdoes
from domain.journey.facts import Receipt
from domain.journey.program import Program
from domain.state import State
from domain.stimuli import Executed, ReceiptSeen


def expect(program: Program, state: State, executed: Executed) -> State:
    """The state in which a step's message is on its way, so that those of earlier laps do not count any more.

    Its own receipt may have been faster than the answer of the provider.
    """
    known = state.receipts.get(executed.step)
    if executed.step not in program.receipts or (known and known.pass_number == state.passes):
        return state
    return _with(state, executed.step, Receipt(state.passes))


def report(program: Program, state: State, seen: ReceiptSeen) -> State:
    """The state that knows of this receipt; the same state if it is no news."""
    known = state.receipts.get(seen.step)
    if seen.step not in program.receipts or not 1 <= seen.pass_number <= state.passes or _stale(known, seen):
        return state
    return _with(state, seen.step, Receipt(seen.pass_number, seen.reported, seen.at))


def _stale(known: Receipt | None, seen: ReceiptSeen) -> bool:
    if known is None or known.pass_number < seen.pass_number:
        return False
    return known.pass_number > seen.pass_number or not outdoes(seen.reported, known.reported)


def _with(state: State, step: str, receipt: Receipt) -> State:
    return replace(state, receipts={**state.receipts, step: receipt})
