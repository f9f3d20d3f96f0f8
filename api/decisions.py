"""Why each message to a person was sent or not."""

import asyncio
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field

from api.parts import parts_of
from api.security import needs
from client.inputs import MessageId, UserId
from client.why import MOST, Reason, reasons
from domain.keys import Scope

MOST_DECISIONS = 1000
ABOUT = "Only about the step of this message, by our id or its provider's"

router = APIRouter(prefix="/v1/users", tags=["People"])


class DecisionAnswer(BaseModel):
    """A decision about a message on a channel, or what became of it: then `rule` is `message`."""

    at: datetime = Field(description="On the person's clock", examples=["2026-03-02T23:30:00+07:00"])
    journey: str = Field(examples=["onboarding"])
    step: str = Field(examples=["nudge"])
    lap: int = Field(description="The lap of a repeat", examples=[1])
    channel: str | None = Field(examples=["sms"])
    verdict: str = Field(description="allowed, held or refused; or the state of the message", examples=["held"])
    rule: str = Field(examples=["quiet_hours"])
    until: datetime | None = Field(None, description="When a held message is decided on again")
    why: str = Field(description="The same as a sentence, for people to read")
    inputs: dict[str, Any] = Field(description="What the rule looked at; never an address")


class Decisions(BaseModel):
    """The newest last, with the zone that times are in."""

    zone: str = Field(examples=["Asia/Jakarta"])
    decisions: list[DecisionAnswer]


@router.get("/{user_id}/decisions", dependencies=[needs(Scope.READ)])
async def list_decisions(
    user_id: UserId,
    request: Request,
    limit: Annotated[int, Query(ge=1, le=MOST_DECISIONS, description="So many of the newest")] = MOST,
    message: Annotated[MessageId | None, Query(description="Only about the step of this message, by either id")] = None,
) -> Decisions:
    """Why each message was or was not sent, and what became of it: one line for each channel that was looked at."""
    found = await asyncio.to_thread(reasons, parts_of(request).database, user_id, limit, message)
    return Decisions(zone=found.zone, decisions=[_answer(one) for one in found.lines])


def _answer(one: Reason) -> DecisionAnswer:
    return DecisionAnswer(
        at=one.at,
        journey=one.journey,
        step=one.step,
        lap=one.lap,
        channel=one.channel,
        verdict=one.verdict,
        rule=one.rule,
        until=one.until,
        why=one.sentence,
        inputs=dict(one.inputs),
    )
