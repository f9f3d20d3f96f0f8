"""What a journey's commands become when they are handed to activities."""

from datetime import datetime

from activities.orders import CloseOrder, DeliveryOrder, EffectOrder
from domain.journey.program import Program
from domain.machine.state import State
from domain.machine.stimuli import Act, Deliver
from workflows.inputs import Enrollment


def delivery(enrollment: Enrollment, program: Program, state: State, command: Deliver, now: datetime) -> DeliveryOrder:
    """Deliver one message."""
    return DeliveryOrder(
        enrollment=str(enrollment.enrollment),
        user=enrollment.user,
        journey=enrollment.journey,
        step=command.step,
        template=command.template,
        via=command.via,
        topic=program.journey.topic,
        last=command.last,
        now=now,
        clock=enrollment.clock,
        pass_number=command.pass_number,
        progress=state.progress,
        terms=program.terms(command.step),
        past=command.past,
        arrived=command.arrived,
    )


def effect(enrollment: Enrollment, command: Act, now: datetime) -> EffectOrder:
    """Bring one effect about."""
    return EffectOrder(
        enrollment=str(enrollment.enrollment),
        user=enrollment.user,
        step=command.step,
        pass_number=command.pass_number,
        effect=command.effect,
        name=command.name,
        key=command.key,
        values=command.values,
        now=now,
    )


def close(enrollment: Enrollment, state: State, reason: str, now: datetime) -> CloseOrder:
    """End the enrollment."""
    return CloseOrder(str(enrollment.enrollment), reason, now, state.progress)
