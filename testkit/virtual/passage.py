"""One person's way through one journey in virtual time: a driver of the machine, as the workflow is one."""

from datetime import datetime
from typing import Any, Protocol

import domain.machine.state
from domain import machine
from domain.contact.priorities import Waiting
from domain.delivery import Outcome
from domain.journey.program import Program
from domain.machine.state import Phase, State
from domain.machine.stimuli import (
    Act,
    Await,
    Command,
    Complete,
    Deliver,
    EventSeen,
    Executed,
    Held,
    Order,
    Ordered,
    Stimulus,
    TimerFired,
)
from domain.verification.answers import Answer
from testkit.people import Person
from testkit.seen import Effect, Message, Seen
from testkit.virtual.confirming import confirm
from testkit.virtual.delivery import Delivery, Desk


class Around(Protocol):
    """What a passage asks of its world."""

    now: datetime
    desk: Desk

    def tick(self) -> None:
        """Nothing happens in no time."""
        ...

    def tell(self, person: Person, event: EventSeen) -> None:
        """An event that the journey reports."""
        ...

    def learn(self, person: Person, attributes: dict[str, Any]) -> None:
        """Attributes that the journey sets."""
        ...

    def admit(self, person: Person, journey: str, key: str) -> object:
        """A journey that this one lets the person enter, if its rule allows."""
        ...


class VirtualPassage:
    """As `testkit.world.Passage` says."""

    def __init__(self, around: Around, person: Person, program: Program, key: str, entry: EventSeen | None) -> None:
        self.person, self.program, self.key = person, program, key
        self.ended_at: datetime | None = None
        self._around = around
        self._history: list[Seen] = []
        self._delivery: Delivery | None = None
        self._kept: Delivery | None = None  # of a message that is held
        self._busy = False
        self._place: Waiting | None = None
        around.tick()
        who = domain.machine.state.Person(person.user, person.zone, person.attributes)
        self._state, commands = machine.start(program, who, around.now, entry)
        self._command: Command = commands[-1]

    @property
    def state(self) -> State:
        """Where they are."""
        return self._state

    @property
    def history(self) -> list[Seen]:
        """With the message that waits for its next attempt."""
        delivery = self._delivery or self._kept
        held = delivery.held if delivery else None
        return [*self._history, *([held] if held else [])]

    @property
    def waiting(self) -> Waiting | None:
        """Their message that is held."""
        return self._place if self._state.phase is Phase.HELD else None

    @property
    def enrollment(self) -> str:
        """What tells this way from others of the person."""
        return f"{self.program.journey.journey}/{self.key}"

    def order(self, order: Order, reason: str) -> None:
        """Somebody gives an order."""
        self.take(Ordered(order, reason))

    @property
    def due(self) -> datetime | None:
        """When something happens by itself: the next attempt of a delivery, or the end of a wait."""
        if self._delivery:
            return self._delivery.retry_at
        return self._command.until if isinstance(self._command, Await) else None

    def take(self, stimulus: Stimulus) -> None:
        """Hand a stimulus to the machine, and do what it asks for."""
        self._hear(stimulus)
        self.go_on()

    def go_on(self) -> None:
        """Do what is due, until there is something to wait for. What is told meanwhile is heard by the machine."""
        if self._busy:
            return
        self._busy = True
        try:
            while self._perform():
                pass
        finally:
            self._busy = False

    def _hear(self, stimulus: Stimulus) -> None:
        self._around.tick()
        self._state, commands = machine.advance(self.program, self._state, stimulus, self._around.now)
        if not commands:
            return
        self._command = commands[-1]
        if self._delivery and not _is_still_held(self._delivery.command, self._command):  # while a provider was down
            self._delivery.give_up("exited", self._around.now)
            self._delivery = None
        if self._kept and not _is_still_held(self._kept.command, self._command):
            self._kept.give_up("exited", self._around.now)
            self._kept = None

    def _perform(self) -> bool:
        """Do what is asked for; False if that is to wait."""
        match self._command:
            case Deliver() as command:
                return self._deliver(command, self._around.now)
            case Act() as command:
                self._hear(Executed(command.step, answer=self._bring_about(command)))
            case Await(step, until) if until and until <= self._around.now:
                self._hear(TimerFired(step, until))
            case Await():
                return False
            case Complete():
                self.ended_at = self.ended_at or self._around.now
                return False
        return True

    def _deliver(self, command: Deliver, now: datetime) -> bool:
        delivery, self._kept = self._delivery or self._kept or self._begin(command, now), None
        if command.arrived:
            self._delivery = None
            self._hear(Executed(command.step, delivery.let_go(now)))
            return True
        if delivery.retry_at and delivery.retry_at > now:
            return False
        outcome, self._place = delivery.attempt(now), delivery.place
        self._delivery = None if outcome else delivery
        if outcome:
            self._hear(outcome if isinstance(outcome, Held) else _done(command, delivery, outcome))
        if isinstance(outcome, Held):
            self._kept = delivery if delivery.held else None
        return outcome is not None

    def _begin(self, command: Deliver, now: datetime) -> Delivery:
        of_it = (one for one in self._history if isinstance(one, Message))
        tried = {one.channel for one in of_it if (one.step, one.pass_number) == (command.step, command.pass_number)}
        about = (self._around.desk, self._history, self.person, self.program, command, now)
        return Delivery(*about, enrollment=self.enrollment, place=self._place, tried=tried)

    def _bring_about(self, act: Act) -> Answer | None:
        now = self._around.now
        values = dict(act.values)
        self._history.append(Effect(act.step, act.effect, now, act.name, act.key, values, act.pass_number))
        if act.effect == "set":
            self.person.attributes = {**self.person.attributes, **values}
            self._around.learn(self.person, values)
        elif act.effect == "emit":
            self._around.tell(self.person, EventSeen(act.name, now, properties=values))
        elif act.effect == "enter":
            self._around.admit(self.person, act.name, act.key)
        return confirm(act, self.person, self._history, now) if act.effect == "verify" else None


def _is_still_held(held: Deliver, command: Command) -> bool:
    """Whether a message that waits, for its hour or a provider, is what is asked for, or rested with."""
    if isinstance(command, Deliver):
        return (command.step, command.pass_number) == (held.step, held.pass_number)
    return isinstance(command, Await) and command.step == held.step


def _done(command: Deliver, delivery: Delivery, outcome: Outcome) -> Executed:
    return Executed(command.step, outcome, channel=None if command.past is None else delivery.channel)
