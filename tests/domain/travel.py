"""Alice's way through a journey, driven by hand; and what must hold at every point of every way."""

from datetime import UTC, datetime, timedelta
from textwrap import dedent, indent
from typing import Any

from pydantic import TypeAdapter

from domain import machine
from domain.delivery import Outcome, Reported
from domain.journey.file import parse
from domain.journey.program import Program, compile_journey
from domain.machine.state import Person, Phase, State
from domain.machine.stimuli import (
    Act,
    AttributesChanged,
    Await,
    Command,
    Complete,
    Deliver,
    EventSeen,
    Executed,
    Held,
    Order,
    Ordered,
    ReceiptSeen,
    Stimulus,
    TimerFired,
)
from domain.verification.answers import Answer
from tests.domain.memory import Memory

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
NO_TIME = timedelta(0)
USUAL = ("email", "whatsapp", "sms")
HEAD = """\
journey: test
title: Test
entry: {event: signed_up}
exit_on: [account_deleted]
topic: test
steps:
"""
STORED: TypeAdapter[State] = TypeAdapter(State)  # as Temporal's data converter stores it


def program(steps: str, head: str = "") -> Program:
    """A journey with these steps, and more lines of its head, which leaves at once on `account_deleted`."""
    return compile_journey(parse(dedent(head) + HEAD + indent(dedent(steps), " "), "test.yaml"))


class Way:
    """A driver like the workflow: it keeps the standing command and the time, and hands stimuli to the machine."""

    def __init__(
        self,
        journey: str | Program,
        attributes: dict[str, Any] | None = None,
        now: datetime = START,
        *,
        zone: str | None = None,
        entry: dict[str, Any] | None = None,
        head: str = "",
    ) -> None:
        self.program = journey if isinstance(journey, Program) else program(journey, head)
        self.now = now
        self.delivered: list[str] = []  # ids of the steps whose message was asked for
        self.effects: list[Act] = []
        self._asked: set[tuple[str, int, tuple[str, ...], bool]] = set()
        self.rearmed = 0  # how often the standing command was replaced
        alice = Person("alice", zone, attributes or {})
        began = EventSeen("signed_up", now, properties=entry) if entry is not None else None
        self.state, commands = machine.start(self.program, alice, now, began)
        self.command: Command = commands[0]
        self._memory = Memory()
        self._obey(commands)

    def take(self, stimulus: Stimulus) -> "Way":
        """Hand over a stimulus as it comes."""
        before = STORED.validate_json(STORED.dump_json(self.state))
        if isinstance(stimulus, EventSeen):
            self._memory.note(stimulus, self.state, self.now)
        self.state, commands = machine.advance(self.program, self.state, stimulus, self.now)
        assert (self.state, commands) == machine.advance(self.program, before, stimulus, self.now)
        self._obey(commands)
        return self

    def _obey(self, commands: list[Command]) -> None:
        assert len(commands) <= 1
        for self.command in commands:
            self.rearmed += 1
            if isinstance(self.command, Deliver | Act):
                asked = _asked_for(self.command)
                assert asked not in self._asked
                self._asked.add(asked)
            if isinstance(self.command, Deliver):
                self.delivered.append(self.command.step)
            if isinstance(self.command, Act):
                self.effects.append(self.command)
        assert self.command == machine.standing(self.program, self.state)
        assert not self._memory.lost(self.program, self.state)
        assert isinstance(self.command, Complete) == (self.state.phase is Phase.ENDED) == (self.state.ended is not None)
        assert isinstance(self.command, Deliver) == (self.state.phase is Phase.SENDING)
        assert isinstance(self.command, Act) == (self.state.phase is Phase.ACTING)

    def event(self, name: str, *, ago: timedelta = NO_TIME, id: str = "", **properties: Any) -> "Way":  # noqa: A002
        """Alice did something, now or a while ago."""
        return self.take(EventSeen(name, self.now - ago, id, properties))

    def order(self, order: Order, reason: str = "asked") -> "Way":
        """Somebody gives an order."""
        return self.take(Ordered(order, reason))

    def learns(self, **attributes: Any) -> "Way":
        """Alice's attributes have changed."""
        return self.take(AttributesChanged(attributes))

    def moves(self, zone: str) -> "Way":
        """Alice lives in another zone now."""
        return self.take(AttributesChanged({}, zone))

    def acted(self) -> "Way":
        """The effect that was asked for has been brought about."""
        assert isinstance(self.command, Act), self.command
        return self.take(Executed(self.command.step))

    def answers(self, answer: Answer) -> "Way":
        """The step that wants something confirmed has its answer."""
        assert isinstance(self.command, Act), self.command
        return self.take(Executed(self.command.step, answer=answer))

    def sent(self, outcome: Outcome = Outcome.SENT) -> "Way":
        """The delivery that was asked for has ended: on the next channel of the step, if it falls back."""
        assert isinstance(self.command, Deliver), self.command
        if self.command.past is None or self.command.arrived or outcome in (Outcome.FAILED, Outcome.SKIPPED):
            return self.take(Executed(self.command.step, Outcome.FAILED if self.command.arrived else outcome))
        channel = self.next_channel
        return self.take(Executed(self.command.step, outcome if channel else Outcome.FAILED, channel=channel))

    @property
    def next_channel(self) -> str | None:
        """By which the message that is asked for goes, None if every channel has had its turn."""
        assert isinstance(self.command, Deliver), self.command
        past = self.command.past or ()
        return next((channel for channel in self.command.via or USUAL if channel not in past), None)

    def holds(self, **time: float) -> "Way":
        """The message that was asked for may not go yet."""
        assert isinstance(self.command, Deliver), self.command
        self._asked.discard(_asked_for(self.command))
        return self.take(Held(self.command.step, self.now + timedelta(**time)))

    def hears(self, step: str, reported: Reported, channel: str | None = None, *, lap: int = 1) -> "Way":
        """A receipt says what became of the message of a step."""
        return self.take(ReceiptSeen(step, lap, reported, self.now, channel))

    def passes(self, **time: float) -> "Way":
        """Time passes, and every timer that comes due fires at its instant."""
        return self.reaches(self.now + timedelta(**time))

    def reaches(self, instant: datetime) -> "Way":
        """It is now this instant."""
        while isinstance(self.command, Await) and self.command.until and self.command.until <= instant:
            self.now = max(self.now, self.command.until)
            self.fire()
        self.now = instant
        return self

    def sleeps(self, **time: float) -> "Way":
        """Time passes and no timer fires, as in an outage."""
        self.now += timedelta(**time)
        return self

    def fire(self) -> "Way":
        """The timer of the standing wait fires."""
        assert isinstance(self.command, Await), self.command
        return self.take(TimerFired(self.command.step, self.command.until))

    @property
    def place(self) -> str:
        """Where she is, in a word or two: `sending hello`, `waiting at nudge`, `ended: completed`."""
        if self.state.ended is not None:
            return f"ended: {self.state.ended}"
        paused = "paused, " if self.state.paused_at else ""
        words = {
            Phase.ACTING: "acting at",
            Phase.SENDING: "sending",
            Phase.WAITING: "waiting at",
            Phase.HELD: "held at",
            Phase.DONE: "done with",
        }
        return f"{paused}{words[self.state.phase]} {self.state.step}"

    @property
    def left(self) -> timedelta | None:
        """How long the standing wait still takes, None for one without end."""
        assert isinstance(self.command, Await), self.command
        return self.command.until - self.now if self.command.until else None


def _asked_for(command: Deliver | Act) -> tuple[str, int, tuple[str, ...], bool]:
    """What is asked for once."""
    past, arrived = (command.past or (), command.arrived) if isinstance(command, Deliver) else ((), False)
    return command.step, command.pass_number, past, arrived
