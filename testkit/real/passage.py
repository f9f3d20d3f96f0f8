"""One person's way through one journey on the real server."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

from temporalio.client import WorkflowExecutionStatus, WorkflowFailureError, WorkflowHandle
from temporalio.testing import TimeSkipper

from domain.clock import Clock
from domain.errors import BadInput
from domain.machine.state import State
from domain.machine.stimuli import Order
from models.database import Database
from models.enrollments import Opened
from testkit.real import books
from testkit.real.loop import Loop
from testkit.real.present import Present
from testkit.real.resting import rests
from testkit.seen import Effect, Seen
from workflows.journey import JourneyWorkflow

LOOK_AGAIN_S = 0.01


@dataclass(frozen=True, slots=True)
class Stage:
    """What passages play on."""

    loop: Loop
    skipper: TimeSkipper
    database: Database
    present: Present


class RealPassage:
    """As `testkit.world.Passage` says."""

    def __init__(self, stage: Stage, opened: Opened, clock: Clock) -> None:
        self.opened = opened
        self._stage = stage
        self._clock = clock
        self._over: State | None = None  # once it is
        client = stage.skipper.client
        self.handle: WorkflowHandle[JourneyWorkflow, str] = client.get_workflow_handle_for(
            JourneyWorkflow.run, opened.row.workflow_id
        )

    @property
    def state(self) -> State:
        """Where they are, by the workflow's own query."""
        return self._stage.loop.run(self.settle())

    @property
    def history(self) -> list[Seen]:
        """By the books, and for effects by the workflow's history."""
        effects = self._stage.loop.run(self._effects())
        return books.in_order(self._stage.database, self.opened.row, effects)

    def order(self, order: Order, reason: str) -> None:
        """Somebody gives an order."""
        self._stage.loop.run(self._order(order, reason))

    async def forward(self, instant: datetime) -> None:
        """Let journey time pass for this workflow, and whatever comes due happen."""
        left = instant - await self.now()
        if self._over is None and left > timedelta(0):
            await self._stage.skipper.fast_forward(self.handle, self._clock.real_duration(left))
        await self.settle()

    async def now(self) -> datetime:
        """The journey time that this workflow has reached."""
        return self._clock.journey(await self._stage.skipper.get_current_time(self.handle))

    async def settle(self) -> State:
        """Wait until all that was begun is done, or waits for a retry that is far away. Raises BadInput if it fails."""
        while self._over is None:
            found = await self.handle.describe()
            if found.status is not WorkflowExecutionStatus.RUNNING:
                await self._check_end()
            state = await self.handle.query(JourneyWorkflow.state)
            if state and rests(state, found):
                self._over = state if state.ended is not None else None
                return state
            await asyncio.sleep(LOOK_AGAIN_S)
        return self._over

    async def _check_end(self) -> None:
        try:
            await self.handle.result()
        except WorkflowFailureError as error:
            reason = error.cause.__cause__ or error.cause
            raise BadInput(f"{self.opened.row.journey} has failed on the real server: {reason}") from error

    async def _order(self, order: Order, reason: str) -> None:
        await self._stage.present.journeys.order(self.opened, order, reason)
        await self.settle()

    async def _effects(self) -> list[Effect]:
        return await books.effects_of(await self.handle.fetch_history(), self._stage.skipper.client.data_converter)
