"""A person's journeys: where they are in each, since when, and what comes next."""

import asyncio

from fastapi import APIRouter, Request

from api.answers import JourneyAnswer, Journeys, NextAnswer, PlaceAnswer
from api.parts import Parts, parts_of
from api.security import needs
from client.inputs import UserId
from client.views import find
from client.whereabouts import whereabouts
from domain.journey.program import Program
from domain.journey.telling.ahead import ahead, title
from domain.keys import Scope
from domain.machine.state import State
from models import enrollments
from models.enrollments import Opened

router = APIRouter(prefix="/v1/users", tags=["Journeys"])


@router.get("/{user_id}/journeys", dependencies=[needs(Scope.READ)])
async def list_journeys(user_id: UserId, request: Request) -> Journeys:
    """The journeys that a person is or was in.

    The running ones are asked for their place: one Temporal query each, which a worker has to answer. If none does,
    the answer is the same without the places.
    """
    parts = parts_of(request)
    opened = await asyncio.to_thread(_read, parts, user_id)
    running = [one.row.workflow_id for one in opened if one.row.ended_at is None]
    places = dict(zip(running, await whereabouts(parts.temporal, running), strict=True))
    return Journeys(journeys=[_answer(one, places.get(one.row.workflow_id)) for one in opened])


def _read(parts: Parts, user_id: str) -> list[Opened]:
    with parts.database.session() as session:
        found = find(session, user_id)
        return [enrollments.on_version(session, row) for row in enrollments.of_person(session, found.id)]


def _answer(opened: Opened, place: State | str | None) -> JourneyAnswer:
    row = opened.row
    return JourneyAnswer(
        journey=row.journey,
        title=opened.version.title,
        version=row.version,
        key=row.key,
        entry=row.entry,
        workflow_id=row.workflow_id,
        started_at=row.started_at,
        ended_at=row.ended_at,
        ended_reason=row.ended_reason,
        place=_place(opened.version.program(), place) if isinstance(place, State) else None,
        place_unknown=place if isinstance(place, str) else None,
    )


def _place(program: Program, state: State) -> PlaceAnswer:
    ways = ahead(program, state.step)
    return PlaceAnswer(
        step=state.step,
        what=title(program, state.step),
        phase=state.phase,
        since=state.reached,
        until=state.until,
        paused_since=state.paused_at,
        next=[NextAnswer(when=way.when, step=way.step, what=way.what) for way in ways],
    )
