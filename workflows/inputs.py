"""What starts a journey workflow and what may be signalled to it. Plain JSON, so that any Temporal client can.

    temporal workflow start --type Journey --task-queue homing --workflow-id journey/onboarding/u-1 \\
        --input '{"journey": "onboarding", "user": "u-1"}'
    temporal workflow signal --workflow-id journey/onboarding/u-1 --name event --input '{"name": "first_use"}'
    temporal workflow signal --workflow-id journey/onboarding/u-1 --name order --input '{"order": "pause"}'
"""

from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from temporalio.common import SearchAttributeKey

from domain.clock import Clock
from domain.delivery import ChannelName, Reported
from domain.machine.state import State
from domain.machine.stimuli import Order, ReceiptSeen

JOURNEY = SearchAttributeKey.for_keyword("HomingJourney")
VERSION = SearchAttributeKey.for_keyword("HomingVersion")
STEP = SearchAttributeKey.for_keyword("HomingStep")
STATUS = SearchAttributeKey.for_keyword("HomingStatus")
SEARCH_ATTRIBUTES = (JOURNEY, VERSION, STEP, STATUS)


class EventSignal(BaseModel):
    """`event`: something the person did. Without `at` it is now; with an `id` it is taken once."""

    name: str
    at: AwareDatetime | None = None
    id: str = ""
    properties: dict[str, Any] = Field(default_factory=dict)


class Enrollment(BaseModel):
    """A person enters a journey. Names alone are enough; a client that has enrolled them already saves an activity.

    `definition` is the journey as published; `state` is set when a run continues another.
    """

    model_config = ConfigDict(extra="forbid")

    journey: str
    user: str
    key: str = ""
    enrollment: str | None = None
    definition: dict[str, Any] | None = None
    attributes: dict[str, Any] = Field(default_factory=dict)
    zone: str | None = None
    entry: EventSignal | None = None
    clock: Clock = Clock()
    state: State | None = None


class OrderSignal(BaseModel):
    """`order`: pause, resume, skip (the wait at hand) or exit, with a reason for the record; taken once by its `id`."""

    order: Order
    reason: str = "asked"
    id: str = ""


class ReceiptSignal(BaseModel):
    """`receipt`: what became of the message of a step, in a pass of a repeat. The same twice changes nothing."""

    step: str
    pass_number: int = 1
    outcome: Reported
    at: AwareDatetime | None = None
    id: str = ""  # of the receipt, for whoever reads a history
    channel: ChannelName | None = None  # of the message, where a step has sent several; None for the newest

    def seen(self) -> ReceiptSeen:
        """For the machine."""
        return ReceiptSeen(self.step, self.pass_number, self.outcome, self.at, self.channel)


class AttributesSignal(BaseModel):
    """`attributes`: new values of attributes that the journey looks at, and the person's zone if that is new."""

    attributes: dict[str, Any] = Field(default_factory=dict)
    zone: str | None = None
    id: str = ""
