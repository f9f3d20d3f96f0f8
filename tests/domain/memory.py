"""What a person did, remembered apart from the machine: to find awaited events that it has lost."""

from dataclasses import dataclass, field
from datetime import datetime

from domain.journey.facts import Facts
from domain.journey.language import Awaited, WaitFor
from domain.journey.program import Program
from domain.journey.walking import awaited_by
from domain.machine.state import Phase, State
from domain.machine.stimuli import EventSeen


@dataclass(frozen=True, slots=True)
class Deed:
    """An event, when it counts as having happened, and what conditions could look at just before."""

    name: str
    at: datetime
    facts: Facts


@dataclass
class Memory:
    """All deeds, each once."""

    deeds: list[Deed] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)

    def note(self, event: EventSeen, state: State, now: datetime) -> None:
        """Remember an event that comes to a person in this state."""
        if event.id not in self.ids:
            at = min(event.at, now)
            facts = Facts(now, state.person.attributes, event.properties, state.events, state.outcomes, state.receipts)
            self.deeds.append(Deed(event.name, at, facts))
        self.ids |= {event.id} - {""}

    def lost(self, program: Program, state: State) -> list[str]:
        """The events that somebody still waits for who has met them already."""
        step = program.nodes[state.step].step
        if state.phase is not Phase.WAITING or state.paused_at:
            return []
        ever = isinstance(step, WaitFor) and step.since == "enrollment"
        since = datetime.min.replace(tzinfo=state.reached.tzinfo) if ever else state.reached
        return [one.event for one in awaited_by(step) if self._met(one, since)]

    def _met(self, awaited: Awaited, since: datetime) -> bool:
        deeds = [deed for deed in self.deeds if deed.name == awaited.event and deed.at >= since]
        return any(awaited.where is None or awaited.where.holds(deed.facts) for deed in deeds)
