"""What a test may look at: where a person is, what they got, and why."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, tzinfo

from domain.clock import EPOCH
from domain.delivery import MessageState
from domain.journey.language import Split
from domain.journey.program import Program, every_step
from domain.machine.state import Phase, State
from domain.splitting import share_of
from testkit import story
from testkit.mistakes import unknown
from testkit.people import Person
from testkit.scene import Scene
from testkit.seen import Decision, Effect, Message, Messages, Seen
from testkit.times import read_time
from testkit.world import Passage


class Whereabouts:
    """A person in a journey, to be looked at."""

    def __init__(self, scene: Scene, person: Person, program: Program, passage: Passage, log: list[story.Line]) -> None:
        self._scene = scene
        self._person = person
        self._program = program
        self._passage = passage
        self._log = log

    @property
    def messages(self) -> Messages:
        """What has reached the providers, oldest first; each equal to the name of its template."""
        sent = (one for one in self._history() if isinstance(one, Message))
        return Messages(one for one in sent if one.state == MessageState.ACCEPTED)

    @property
    def last_message(self) -> Message | None:
        """The newest of them."""
        return self.messages[-1] if self.messages else None

    @property
    def decisions(self) -> list[Decision]:
        """Why each message was sent or not, on each channel that was looked at."""
        return [one for one in self._history() if isinstance(one, Decision)]

    @property
    def effects(self) -> list[Effect]:
        """What `set`, `emit`, `enter` and `verify` steps have done or asked for."""
        return [one for one in self._history() if isinstance(one, Effect)]

    @property
    def state(self) -> State:
        """All that the machine remembers of the person."""
        return self._passage.state

    @property
    def step(self) -> str:
        """The step where the person is, or was last."""
        return self.state.step

    @property
    def waits_at(self) -> str | None:
        """The step at which the person waits, None if they do not."""
        state = self.state
        return state.step if state.phase is Phase.WAITING else None

    @property
    def waits_until(self) -> datetime | None:
        """When that wait ends by itself, on the person's clock; None if it never does, as while paused."""
        state = self.state
        waits = state.phase is Phase.WAITING and not state.paused_at
        return self._shown(state.until) if waits and state.until else None

    @property
    def held_until(self) -> datetime | None:
        """When the message of the step may go, on the person's clock; None if none is held, or a pause holds it."""
        state = self.state
        held = state.phase is Phase.HELD and not state.paused_at
        return self._shown(state.until) if held and state.until else None

    @property
    def paused(self) -> bool:
        """Whether somebody holds the journey."""
        return self.state.paused_at is not None

    @property
    def ended(self) -> str | None:
        """Why the journey is over, None while it is not."""
        return self.state.ended

    @property
    def goal_reached(self) -> bool:
        """Whether the journey's goal has been, in time."""
        return self.state.progress.goal_at is not None

    def share_of(self, split: str) -> str:
        """The share of a split that the person falls into, at whatever step they are. Raises NotFound."""
        splits = {step.id: step for step in every_step(self._program.journey.steps) if isinstance(step, Split)}
        if split not in splits:
            raise unknown("split", split, splits)
        return share_of(self.user, self._journey, split, splits[split].split)

    @property
    def user(self) -> str:
        """The person's id."""
        return self._person.user

    @property
    def now(self) -> datetime:
        """The time of the test, on the person's clock."""
        return self._scene.now.astimezone(self._zone)

    def at(self, time: str) -> datetime:
        """An instant on the person's clock, to compare with: `ana.waits_until == ana.at("2026-03-08 09:00")`."""
        return read_time(time, self._zone).astimezone(self._zone)

    def story(self) -> str:
        """What has happened, line by line, and where the person is."""
        return story.tell(self._person, self._program, self._passage, self._log, self.now, self._zone)

    def __repr__(self) -> str:
        return f"<{self.user} in {self._journey}: {story.where(self._program, self.state, self._zone)}>"

    def _history(self) -> list[Seen]:
        return [_at(one, self._shown) for one in self._passage.history]

    def _shown(self, instant: datetime) -> datetime:
        """As exact as this world is, on the person's clock."""
        return (instant - (instant - EPOCH) % self._scene.world.exact_to).astimezone(self._zone)

    @property
    def _journey(self) -> str:
        return self._program.journey.journey

    @property
    def _zone(self) -> tzinfo:
        return self._person.zone_in(self._program)


def _at(one: Seen, shown: Callable[[datetime], datetime]) -> Seen:
    if isinstance(one, Decision) and one.until:
        return replace(one, at=shown(one.at), until=shown(one.until))
    return replace(one, at=shown(one.at))
