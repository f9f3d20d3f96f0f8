"""Bringing an effect of a journey about, however long that takes; one that never comes about holds nobody up."""

from collections.abc import Callable

from temporalio import workflow
from temporalio.exceptions import ActivityError, CancelledError

with workflow.unsafe.imports_passed_through():
    from activities.effects import EffectActivities
    from activities.orders import EffectOrder
    from domain.machine.stimuli import Act
    from domain.verification.answers import Answer
    from workflows import options, story


async def bring_about(command: Act, order: EffectOrder, is_off: Callable[[], bool]) -> Answer | None:
    """Do it, also if the journey ends meanwhile; but nobody is asked for a code then. The answer of a `verify`."""
    try:
        if command.effect == "verify":
            return await _verify(command, order, is_off)
        await workflow.execute_activity_method(
            EffectActivities.act, order, summary=story.effect_summary(command), **options.BOOKKEEPING
        )
    except ActivityError as error:
        if isinstance(error.cause, CancelledError):
            return None
        workflow.logger.error("step %s: %s can never come about: %s", command.step, command.effect, error.cause)
    return Answer.OUT_OF_REACH if command.effect == "verify" else None


async def _verify(command: Act, order: EffectOrder, is_off: Callable[[], bool]) -> Answer | None:
    running = workflow.start_activity_method(
        EffectActivities.act, order, summary=story.effect_summary(command), **options.ASKING
    )
    await workflow.wait_condition(lambda: running.done() or is_off())
    if not running.done():
        running.cancel()
    return await running
