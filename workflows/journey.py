"""The journey workflow: one person's way through one journey, as long as it takes.

All decisions are the machine's. This class keeps time, listens to signals, runs one activity or one timer at a
time, and hands what happened back to the machine.
"""

from datetime import datetime, timedelta

from temporalio import workflow
from temporalio.exceptions import ActivityError, ApplicationError, CancelledError

with workflow.unsafe.imports_passed_through():
    from pydantic import ValidationError

    from activities.delivery import DeliveryActivities
    from activities.enrollment import EnrollmentActivities
    from activities.orders import Delivered, DeliveryOrder, Opened, OpenOrder
    from domain import machine
    from domain.journey.program import Program
    from domain.journey.ready import ready
    from domain.machine.state import Person, State
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
        Ordered,
        Stimulus,
        TimerFired,
    )
    from workflows import effects, options, requests, story
    from workflows.inputs import AttributesSignal, Enrollment, EventSignal, OrderSignal, ReceiptSignal


@workflow.defn(name="Journey")
class JourneyWorkflow:
    """A thin driver of `domain.machine`."""

    @workflow.init
    def __init__(self, enrollment: Enrollment) -> None:
        self._input = enrollment
        self._clock = enrollment.clock
        self._early: list[Stimulus] = []  # signals that came before the journey was known
        self._program: Program
        self._state: State
        self._command: Command
        self._ready = False
        self._closed = False  # whether the enrollment's row is closed already

    @workflow.run
    async def run(self, enrollment: Enrollment) -> str:
        """Returns the reason for which the journey ended."""
        if not (enrollment.enrollment and enrollment.definition):
            self._input = await self._open()
        self._begin()
        while not isinstance(self._command, Complete):
            if workflow.info().is_continue_as_new_suggested() and isinstance(self._command, Await):
                workflow.continue_as_new(self._input.model_copy(update={"state": self._state}))
            await self._perform(self._command)
        if not self._closed:
            await self._close(self._command.reason)
        await workflow.wait_condition(workflow.all_handlers_finished)
        return self._command.reason

    @workflow.signal(name="event")
    def event(self, event: EventSignal | None = None) -> None:
        """The person did something."""
        self._take(EventSeen(event.name, event.at or self._now(), event.id, event.properties)) if event else _ignore(
            "event"
        )

    @workflow.signal(name="order")
    def order(self, order: OrderSignal | None = None) -> None:
        """Somebody pauses, resumes, skips or ends this journey."""
        self._take(Ordered(order.order, order.reason, order.id)) if order else _ignore("order")

    @workflow.signal(name="attributes")
    def attributes(self, change: AttributesSignal | None = None) -> None:
        """The person's attributes have changed."""
        self._take(AttributesChanged(change.attributes, change.zone, change.id)) if change else _ignore("attributes")

    @workflow.signal(name="receipt")
    def receipt(self, receipt: ReceiptSignal | None = None) -> None:
        """A provider says what became of a message."""
        self._take(receipt.seen()) if receipt else _ignore("receipt")

    @workflow.query(name="state")
    def state(self) -> State | None:
        """Where the person is, for engineers; consoles read the database."""
        return self._state if self._ready else None

    async def _open(self) -> Enrollment:
        """The enrollment with all that was left out of it."""
        opened: Opened = await workflow.execute_activity_method(
            EnrollmentActivities.open,
            OpenOrder(self._input.journey, self._input.user, self._input.key, self._now()),
            summary=f"enroll in {self._input.journey}",
            **options.BOOKKEEPING,
        )
        person = {"attributes": opened.attributes, "zone": opened.zone}
        return self._input.model_copy(
            update={"enrollment": opened.enrollment, "definition": opened.definition, **person}
        )

    def _begin(self) -> None:
        self._program = _compiled(self._input)
        if self._input.state:
            self._state = self._input.state
            self._command = machine.standing(self._program, self._state)
        else:
            person = Person(self._input.user, self._input.zone, self._input.attributes)
            self._state, commands = machine.start(self._program, person, self._now(), self._entry())
            self._command = commands[-1]
        self._ready = True
        for stimulus in self._early:
            self._take(stimulus)

    def _entry(self) -> EventSeen | None:
        entry = self._input.entry
        return EventSeen(entry.name, entry.at or self._now(), entry.id, entry.properties) if entry else None

    def _take(self, stimulus: Stimulus) -> None:
        if not self._ready:
            self._early.append(stimulus)
            return
        self._state, commands = machine.advance(self._program, self._state, stimulus, self._now())
        self._command = commands[-1] if commands else self._command

    async def _perform(self, command: Command) -> None:
        self._show(command)
        if isinstance(command, Await):
            await self._rest(command)
        elif isinstance(command, Deliver):
            await self._deliver(command)
        elif isinstance(command, Act):
            await self._act(command)

    async def _rest(self, command: Await) -> None:
        """One predicate and at most one timer: what does not change the command does not wake the timer's wait."""
        left = self._clock.real_duration(command.until - self._now()) if command.until else None
        if left is not None and left <= timedelta(0):
            self._take(TimerFired(command.step, command.until))
            return
        try:
            summary = story.timer_summary(command) if left else None
            await workflow.wait_condition(lambda: self._command is not command, timeout=left, timeout_summary=summary)
        except TimeoutError:
            self._take(TimerFired(command.step, command.until))

    async def _deliver(self, command: Deliver) -> None:
        """Deliver, and tell the machine what has become of it."""
        order = requests.delivery(self._input, self._program, self._state, command, self._now())
        delivered = await (self._give_up(order) if command.arrived else self._send(command, order))
        if delivered is None:
            return
        self._closed = self._closed or delivered.closed
        if delivered.held_until:
            self._take(Held(command.step, delivered.held_until))
        else:
            self._take(Executed(command.step, delivered.outcome, channel=delivered.channel))

    async def _send(self, command: Deliver, order: DeliveryOrder) -> Delivered | None:
        """Unless something else is asked for meanwhile; what is with the provider by then is still recorded."""
        running = workflow.start_activity_method(
            DeliveryActivities.deliver,
            order,
            summary=story.delivery_summary(command),
            priority=options.urgency(order.terms),
            **options.DELIVERY,
        )
        await workflow.wait_condition(lambda: running.done() or self._command is not command)
        if not running.done():
            running.cancel()
        try:
            return await running
        except ActivityError as error:
            return None if isinstance(error.cause, CancelledError) else await self._give_up(order)

    async def _act(self, command: Act) -> None:
        """Bring an effect about."""
        order = requests.effect(self._input, command, self._now())
        answer = await effects.bring_about(command, order, lambda: self._command is not command)
        self._take(Executed(command.step, answer=answer))

    async def _give_up(self, order: DeliveryOrder) -> Delivered:
        return await workflow.execute_activity_method(
            DeliveryActivities.give_up, order, summary=f"{order.step}: give up", **options.BOOKKEEPING
        )

    async def _close(self, reason: str) -> None:
        await workflow.execute_activity_method(
            EnrollmentActivities.close,
            requests.close(self._input, self._state, reason, self._now()),
            summary=f"end: {reason}",
            **options.BOOKKEEPING,
        )

    def _now(self) -> datetime:
        return self._clock.journey(workflow.now())

    def _show(self, command: Command) -> None:
        """Tell the Temporal UI; a search attribute costs an action, so it is set at rests and only when it differs."""
        workflow.set_current_details(story.details(command, self._state, self._clock))
        if isinstance(command, Await):
            shown = workflow.info().typed_search_attributes
            wanted = story.search_attributes(self._program, self._state)
            if updates := [key.value_set(value) for key, value in wanted if shown.get(key) != value]:
                workflow.upsert_search_attributes(updates)


def _ignore(signal: str) -> None:
    """A signal without its JSON, as from a bare command line, must not stop the journey."""
    workflow.logger.warning("signal %s came without input and is ignored", signal)


def _compiled(enrollment: Enrollment) -> Program:
    try:
        return ready(enrollment.definition or {})
    except ValidationError as error:
        message = f"the definition is no valid journey: {error.error_count()} problems; start with names alone"
        raise ApplicationError(message, type="BadInput", non_retryable=True) from error
