"""What receipts say of a journey's messages, as far as it asks: one each, that of a step's newest message.

Of a step that falls back one message after another may be out. It counts as delivered when any of them was, and as
failed when its newest has and no other arrived.
"""

from dataclasses import replace as changed

from domain.delivery import RANK, Reported, outdoes
from domain.journey.facts import Receipt
from domain.journey.language import Send
from domain.journey.program import Program
from domain.machine.copying import replace
from domain.machine.state import State
from domain.machine.stimuli import Executed, ReceiptSeen

NEWEST = ""  # the channel of a receipt that tells none, before there is a newest


def expect(program: Program, state: State, executed: Executed) -> State:
    """The state in which a step's message is on its way, so that those of earlier laps do not count any more.

    Its own receipt may have been faster than the answer of the provider.
    """
    if executed.step not in program.receipts:
        return state
    known = _of_this_pass(state.receipts.get(executed.step), state.passes)
    if executed.channel and _falls_back(program, executed.step):
        known = _sent_by(executed.channel, known)
    return _with(state, executed.step, known)


def report(program: Program, state: State, seen: ReceiptSeen) -> State:
    """The state that knows of this receipt; the same state if it is no news."""
    before = state.receipts.get(seen.step)
    late = before is not None and before.pass_number > seen.pass_number
    if seen.step not in program.receipts or not 1 <= seen.pass_number <= state.passes or late:
        return state
    known = _of_this_pass(before, seen.pass_number)
    told = _told(known, seen) if _falls_back(program, seen.step) else _told_of_one(known, seen)
    return state if told is known else _with(state, seen.step, told)


def newest(receipt: Receipt) -> str:
    """The channel by which the newest message went."""
    return receipt.channels[-1] if receipt.channels else NEWEST


def _falls_back(program: Program, step_id: str) -> bool:
    node = program.nodes.get(step_id)
    return node is not None and isinstance(node.step, Send) and node.step.fallback is not None


def _of_this_pass(known: Receipt | None, pass_number: int) -> Receipt:
    return known if known and known.pass_number == pass_number else Receipt(pass_number)


def _told_of_one(known: Receipt, seen: ReceiptSeen) -> Receipt:
    if not outdoes(seen.reported, known.reported):
        return known
    return Receipt(seen.pass_number, seen.reported, seen.at)


def _told(known: Receipt, seen: ReceiptSeen) -> Receipt:
    channel = seen.channel or newest(known)
    if not outdoes(seen.reported, known.told.get(channel)):
        return known
    told = _summed_up(changed(known, told={**known.told, channel: seen.reported}))
    return told if told.reported == known.reported else changed(told, at=seen.at)


def _sent_by(channel: str, known: Receipt) -> Receipt:
    told = {channel if name == NEWEST else name: reported for name, reported in known.told.items()}
    channels = known.channels if channel in known.channels else (*known.channels, channel)
    return _summed_up(changed(known, channels=channels, told=told))


def _summed_up(known: Receipt) -> Receipt:
    arrived = [reported for reported in known.told.values() if reported is not Reported.FAILED]
    if arrived:
        return changed(known, reported=max(arrived, key=RANK.__getitem__))
    return changed(known, reported=known.told.get(newest(known)))


def _with(state: State, step: str, receipt: Receipt) -> State:
    return replace(state, receipts={**state.receipts, step: receipt})
