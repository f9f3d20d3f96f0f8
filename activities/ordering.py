"""In which order a person's channels are tried. What they have answered is read only where it can make a difference."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlmodel import Session

from activities.orders import DeliveryOrder
from domain.contact.habits import USUAL_ORDER, Preference, learned, settled
from domain.contact.policy import Policy
from domain.delivery import Endpoint
from models import habits
from models.people import Person


def preference(
    session: Session,
    policy: Policy,
    order: DeliveryOrder,
    person: Person,
    endpoints: Sequence[Endpoint],
    possible: Collection[str],
    now: datetime,
) -> Preference:
    """For a step that names no channels; `possible` are those with a text, on which this deployment sends."""
    known = {endpoint.channel for endpoint in endpoints}
    usual = [str(channel) for channel in USUAL_ORDER if channel in known]
    found = settled(person.channels, policy.rules(order.topic).via, usual)
    if found or order.via is not None or len(set(usual) & set(possible)) < 2:
        return found or Preference(usual)
    return learned(usual, habits.of_person(session, order.user, now))
