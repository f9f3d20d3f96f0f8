"""What PostgreSQL and Temporal's history say of one enrollment."""

from collections.abc import Iterable
from uuid import uuid4

from temporalio.client import WorkflowHistory
from temporalio.converter import DataConverter

from activities.orders import EffectOrder
from domain.delivery import MessageState, Reported
from domain.receipts import Receipt, ReceiptState
from models import decisions, messages
from models.database import Database
from models.enrollments import Enrollment
from testkit.seen import Decision, Effect, Message, Seen
from testkit.world import Link

ACT = "act"  # the activity that brings effects about


def in_order(database: Database, enrollment: Enrollment, effects: Iterable[Effect]) -> list[Seen]:
    """What is known of an enrollment, by the time at which it was settled."""
    with database.session() as session:
        sent = [row for row in messages.of_person(session, enrollment.user_id) if row.enrollment_id == enrollment.id]
        decided = decisions.of_person(session, enrollment.user_id)
    of_it = [_decision(row) for row in decided if row.enrollment_id == enrollment.id]
    return sorted([*of_it, *map(_message, sent), *effects], key=lambda one: one.at)


def receipt_of(
    database: Database, enrollment: Enrollment, message: Message, reported: Reported, link: Link | None
) -> Receipt:
    """A receipt of a message, as a provider's webhook brings it."""
    with database.session() as session:
        tried = messages.of_step(session, enrollment.id, message.step, message.pass_number)
    row = next(one for one in tried if one.channel == message.channel)
    return Receipt(uuid4().hex, row.channel, ReceiptState(reported), row.id, link=link)


async def effects_of(history: WorkflowHistory, converter: DataConverter) -> list[Effect]:
    """The effects that were asked for."""
    found = [event.activity_task_scheduled_event_attributes for event in history.events]
    acts = [one.input.payloads for one in found if one.activity_type.name == ACT]
    return [_effect(order) for payloads in acts for order in await converter.decode(payloads, [EffectOrder])]


def _message(row: messages.Message) -> Message:
    return Message(
        row.template,
        row.channel,
        row.settled_at or row.reserved_at,
        step=row.step,
        locale=row.locale,
        to=row.address,
        pass_number=row.pass_number,
        state=MessageState(row.state),
        reason=row.reason,
        **row.content,
    )


def _decision(row: decisions.StoredDecision) -> Decision:
    about = (row.step, row.channel or None, row.verdict, row.rule, row.decided_at, row.pass_number)
    return Decision(*about, row.inputs, row.held_until)


def _effect(order: EffectOrder) -> Effect:
    return Effect(order.step, order.effect, order.now, order.name, order.key, order.values, order.pass_number)
