"""A stage for journeys: publish a journey file, sign people up, let virtual time pass, look at what was sent."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from uuid import uuid4

from temporalio.client import WorkflowHandle
from temporalio.testing import WorkflowEnvironment

from activities.composer import Composer
from activities.gate import Gate
from client.homing import Homing
from client.inputs import Happened, Profile
from client.journeys import Journeys
from domain.clock import Clock
from domain.delivery import ChannelName, MessageState
from domain.journey.file import parse
from domain.machine.state import Phase
from domain.templates import Templates
from models import enrollments, messages
from models.database import Database
from models.enrollments import Enrollment
from models.journeys import publish
from models.messages import Message
from runtime.settings import ROOT
from runtime.template_files import read_templates
from testkit.real.fakes import FakeChannel
from testkit.real.work import working
from workflows.journey import JourneyWorkflow

CAST = {
    "alice": {"email": "alice@example.com", "phone": "+14155550123", "channels": ("email",)},
    "bob": {"phone": "+5511987654321", "channels": ("sms",), "locale": "pt-BR", "zone": "America/Sao_Paulo"},
}


@cache
def shipped_templates() -> Templates:
    """The templates that ship, read once."""
    return Templates.parse(read_templates(ROOT / "templates"), "en")


@dataclass
class Stage:
    """What a test plays on. User ids get a suffix of their own, so that tests never meet on the server."""

    environment: WorkflowEnvironment
    database: Database
    homing: Homing
    task_queue: str
    channels: dict[str, FakeChannel]
    suffix: str = field(default_factory=lambda: uuid4().hex[:8])

    def publish(self, journey: str) -> None:
        """Publish a journey file's text."""
        with self.database.session() as session:
            publish(session, parse(journey, "test.yaml"), datetime.now(UTC))

    def user(self, name: str) -> str:
        """The user id of one of the cast."""
        return f"{name}-{self.suffix}"

    async def signup(self, name: str, **more: Any) -> WorkflowHandle[Any, str]:
        """Sign one of the cast up; the handle of the journey that starts."""
        taken = await self.homing.signup(Profile.of({"user_id": self.user(name), **CAST[name], **more}))
        return self.handle(taken.started[0])

    def handle(self, workflow_id: str) -> WorkflowHandle[Any, str]:
        """A workflow's handle."""
        return self.environment.client.get_workflow_handle_for(JourneyWorkflow.run, workflow_id)

    def at_pace(self, clock: Clock) -> Homing:
        """A client on another clock."""
        return Homing(self.database, Journeys(self.environment.client, clock, self.task_queue), clock)

    def later(self, **duration: float) -> Homing:
        """A client whose clock is ahead."""
        ahead = timedelta(**duration)
        origin = datetime.now(UTC) - timedelta(days=1)
        return self.at_pace(Clock(1 + ahead / timedelta(days=1), origin))

    async def event(self, name: str, event: str, **details: Any) -> None:
        """One of the cast does something."""
        await self.homing.event(Happened.of({"user_id": self.user(name), "name": event, **details}))

    async def pass_time(self, handle: WorkflowHandle[Any, Any], **duration: float) -> None:
        """Move a workflow's clock."""
        await self.environment.fast_forward(handle, timedelta(**duration))

    def messages(self, name: str) -> list[Message]:
        """All messages of one of the cast, oldest first."""
        with self.database.session() as session:
            return messages.of_person(session, self.user(name))

    def sent(self, name: str) -> list[str]:
        """`template/channel` of what providers have accepted."""
        rows = self.messages(name)
        return [f"{row.template}/{row.channel}" for row in rows if row.state == MessageState.ACCEPTED]

    def enrollment(self, name: str) -> Enrollment:
        """The last enrollment of one of the cast."""
        with self.database.session() as session:
            return enrollments.of_person(session, self.user(name))[-1]

    async def until(self, holds: Callable[[], bool], seconds: float = 15) -> None:
        """Wait in real time, for activities, until something holds."""
        deadline = asyncio.get_running_loop().time() + seconds
        while not holds():
            assert asyncio.get_running_loop().time() < deadline, "it did not come to hold in time"
            await asyncio.sleep(0.02)

    async def until_sent(self, name: str, *expected: str) -> None:
        """Wait until exactly these went out."""
        await self.until(lambda: self.sent(name) == list(expected))

    async def until_at(self, handle: WorkflowHandle[Any, str], step: str) -> None:
        """Wait until somebody waits at a step. A message is sent a moment before the step after it is reached."""
        async with asyncio.timeout(15):
            while True:
                state = await handle.query(JourneyWorkflow.state)
                if state and (state.step, state.phase) == (step, Phase.WAITING):
                    return
                await asyncio.sleep(0.05)


@asynccontextmanager
async def staged(
    environment: WorkflowEnvironment, database: Database, gate: Gate | None = None
) -> AsyncIterator[Stage]:
    """Set the stage, with a worker on a task queue of its own."""
    queue = f"stage-{uuid4().hex[:8]}"
    channels = {name: FakeChannel(name, can_ask=name != "email") for name in map(str, ChannelName)}
    composer = Composer(shipped_templates(), channels, {"name": "Acme", "url": "https://acme.example"})
    homing = Homing(database, Journeys(environment.client, Clock(), queue), Clock())
    async with working(environment.client, queue, database, composer, channels, homing, gate=gate):
        yield Stage(environment, database, homing, queue, channels)
