"""The commands that a state stands for: what its driver is to do, read from the state alone."""

from domain.journey.language import Emit, Enter, Send, Set, Verify
from domain.journey.program import Node, Program
from domain.machine.falling_back import arrived, past
from domain.machine.state import Phase, State
from domain.machine.stimuli import Act, Await, Command, Complete, Deliver


def standing(program: Program, state: State) -> Command:
    """What was last asked for: for a driver that takes over in the middle."""
    node = program.nodes[state.step]
    if state.phase is Phase.ENDED:
        return Complete(str(state.ended))
    if state.phase is Phase.SENDING and isinstance(node.step, Send):
        return delivery(state, node, node.step)
    if state.phase is Phase.ACTING and isinstance(node.step, Set | Emit | Enter | Verify):
        return effect(state, node.step)
    return rest(program, state)


def delivery(state: State, node: Node, step: Send) -> Deliver:
    """Send the step's message."""
    last = node.next is None and not step.required and step.fallback is None
    before = past(state, step)
    return Deliver(step.id, step.send, step.via, last, state.passes, before, bool(before) and arrived(state, step))


def effect(state: State, step: Set | Emit | Enter | Verify) -> Act:
    """Do what the step does beside messages."""
    if isinstance(step, Set):
        return Act(step.id, "set", values=step.set, pass_number=state.passes)
    if isinstance(step, Emit):
        return Act(step.id, "emit", name=step.emit, values=step.properties, pass_number=state.passes)
    if isinstance(step, Verify):
        wish = {"via": [*map(str, step.via or ())], "link": step.link}
        return Act(step.id, "verify", name=str(step.verify), values=wish, pass_number=state.passes)
    return Act(step.id, "enter", name=step.enter, key=step.key or "", pass_number=state.passes)


def rest(program: Program, state: State) -> Await:
    """Wait, as the state says: for nothing but an order while paused."""
    node = program.nodes[state.step]
    names = node.names if state.phase is Phase.WAITING else ()
    until = None if state.paused_at else state.until
    return Await(state.step, until, names, held=state.phase is Phase.HELD, receipt=_receipt(state, node))


def _receipt(state: State, node: Node) -> str:
    if state.phase is Phase.WAITING and isinstance(node.step, Send) and node.step.fallback:
        return node.step.fallback.unless
    return ""
