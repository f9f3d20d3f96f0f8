"""The workflow of a verification: send the code, fall back when a channel fails or stays silent, and end in time.

It knows neither the code nor where it goes. Whether a code is right is decided in PostgreSQL, without it. Times are
real ones.
"""

from datetime import datetime, timedelta

from pydantic import AwareDatetime, BaseModel, ConfigDict
from temporalio import workflow
from temporalio.exceptions import ActivityError

with workflow.unsafe.imports_passed_through():
    from activities.code_orders import CloseCodeOrder, CodeOrder, FallBackOrder, NextSend
    from activities.codes import CodeActivities
    from activities.orders import Delivered
    from domain.verification.route import falls_back_at_once, silence, waits_for_receipt
    from workflows import options


class SendSignal(BaseModel):
    """`send`: a send that the API has reserved, the first or one more."""

    number: int
    channel: str


class Begun(BaseModel):
    """A verification with its first send reserved. `receipts` tells whether providers report back to us."""

    model_config = ConfigDict(extra="forbid")

    verification: str
    expires_at: AwareDatetime
    receipts: bool = False
    first: SendSignal


def workflow_id_of(verification: str) -> str:
    """The id of the workflow of a verification."""
    return f"verification/{verification}"


@workflow.defn(name="Verification")
class VerificationWorkflow:
    """Sends one after another, each once. It outlives an approval until the ten minutes are over, and sleeps."""

    @workflow.init
    def __init__(self, begun: Begun) -> None:
        self._begun = begun
        self._waiting = [begun.first]
        self._known = {begun.first.number}
        self._last = begun.first
        self._silent_at: datetime | None = None  # when the last send was silent for too long

    @workflow.run
    async def run(self, begun: Begun) -> str:
        """Returns what became of the verification."""
        while workflow.now() < begun.expires_at:
            if self._waiting:
                await self._send(self._waiting.pop(0))
            else:
                await self._rest()
        await workflow.wait_condition(workflow.all_handlers_finished)
        return await self._close()

    @workflow.signal(name="send")
    def send(self, wanted: SendSignal | None = None) -> None:
        """The person asked for it once more."""
        if wanted is None:
            workflow.logger.warning("signal send came without input and is ignored")
        elif wanted.number not in self._known:
            self._known.add(wanted.number)
            self._waiting.append(wanted)

    async def _send(self, wanted: SendSignal) -> None:
        self._last, self._silent_at = wanted, None
        workflow.set_current_details(
            f"Send {wanted.number}: **{wanted.channel}**, until {self._begun.expires_at:%H:%M:%S} UTC"
        )
        order = CodeOrder(self._begun.verification, wanted.number, wanted.channel, workflow.now())
        delivered = await self._delivered(order)
        if falls_back_at_once(delivered.outcome):
            await self._fall_back()
        elif waits_for_receipt(wanted.channel, delivered.outcome, self._begun.receipts):
            self._silent_at = workflow.now() + silence(wanted.channel)

    async def _delivered(self, order: CodeOrder) -> Delivered:
        summary = f"send {order.number} by {order.channel}"
        try:
            return await workflow.execute_activity_method(CodeActivities.send, order, summary=summary, **options.CODE)
        except ActivityError:
            summary = f"give up send {order.number} by {order.channel}"
            return await workflow.execute_activity_method(
                CodeActivities.give_up, order, summary=summary, **options.BOOKKEEPING
            )

    async def _rest(self) -> None:
        """Until the person asks again, the last send has been silent for too long, or the end."""
        now, silent_at = workflow.now(), self._silent_at
        until = min(silent_at, self._begun.expires_at) if silent_at else self._begun.expires_at
        what = "no receipt" if until == silent_at else "the code is no longer good"
        try:
            left = max(until - now, timedelta(0))
            await workflow.wait_condition(lambda: bool(self._waiting), timeout=left, timeout_summary=what)
        except TimeoutError:
            if until == silent_at:
                self._silent_at = None
                await self._fall_back()

    async def _fall_back(self) -> None:
        order = FallBackOrder(self._begun.verification, self._last.number, workflow.now())
        found: NextSend | None = await workflow.execute_activity_method(
            CodeActivities.fall_back, order, summary="try the next channel", **options.BOOKKEEPING
        )
        if found and found.number not in self._known:
            self._known.add(found.number)
            self._waiting.append(SendSignal(number=found.number, channel=found.channel))

    async def _close(self) -> str:
        order = CloseCodeOrder(self._begun.verification, workflow.now())
        return await workflow.execute_activity_method(
            CodeActivities.close, order, summary="note the end", **options.BOOKKEEPING
        )
