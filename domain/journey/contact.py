"""What a journey says of how it may disturb people, and what that means for one of its messages."""

from typing import TYPE_CHECKING, Annotated

from pydantic import AfterValidator, Strict

from domain.contact import hours
from domain.contact.terms import Capped, Priority, Terms
from domain.errors import BadInput
from domain.journey.parts import Part

if TYPE_CHECKING:
    from domain.journey.language import Journey, Send


def _quiet_hours(text: str) -> str:
    try:
        hours.read(text)
    except BadInput as error:
        raise ValueError(str(error)) from error
    return text


QuietHours = Annotated[str, AfterValidator(_quiet_hours)]


class Manners(Part):
    """`quiet_hours` by local time, None for those of the deployment; what a message does that is one too many.

    `priority` is whose message goes when there is room for one.
    """

    quiet_hours: QuietHours | None = None
    capped: Capped = "skip"
    transactional: Annotated[bool, Strict()] = False
    priority: Priority = "normal"


def terms(journey: "Journey", step: "Send") -> Terms:
    """What holds for the message of a step: its own word first, then the journey's."""
    exempt = journey.transactional if step.transactional is None else step.transactional
    return Terms(exempt, journey.capped, journey.quiet_hours, journey.zone, step.priority or journey.priority)
