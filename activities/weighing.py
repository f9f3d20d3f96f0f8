"""What the contact policy is asked with: what is stored of a person, read while nobody else counts their messages."""

from datetime import datetime

from sqlmodel import Session

from activities.orders import DeliveryOrder
from domain.contact.policy import Facts, Policy
from domain.contact.priorities import Line, place
from domain.delivery import Decision
from models import caps, waiting, wishes
from models.people import Person


def facts(session: Session, policy: Policy, order: DeliveryOrder, person: Person, now: datetime) -> Facts:
    """Of a message that is not reserved yet. From here on the person's caps are held, if they count."""
    statements, paused = wishes.of_person(session, order.user, now)
    if (since := _counts_since(policy, order, now)) is None:
        return Facts(person.zone, statements, paused_until=paused)
    caps.hold(session, order.user)
    sent = caps.counted(session, order.user, since)
    line = waiting.line(session, order.user, order.enrollment, order.clock.pace)
    return Facts(person.zone, statements, sent, paused, line)


def facts_again(session: Session, order: DeliveryOrder, person: Person, now: datetime) -> Facts:
    """Of one that has its room already."""
    statements, paused = wishes.of_person(session, order.user, now)
    return Facts(person.zone, statements, paused_until=paused)


def keep_place(
    session: Session, policy: Policy, order: DeliveryOrder, line: Line, chosen: Decision | None, now: datetime
) -> None:
    """For others of the same person to know that this message waits, or does no more."""
    if _counts_since(policy, order, now) is None:
        return
    about = (order.enrollment, order.journey, order.step, order.topic)
    held = place(line.mine, chosen, now, *about, priority=order.terms.priority)
    if held != line.mine:
        waiting.note(session, order.enrollment, held)


def _counts_since(policy: Policy, order: DeliveryOrder, now: datetime) -> datetime | None:
    looks_back = None if order.terms.transactional else policy.looks_back
    return now - looks_back if looks_back is not None else None
