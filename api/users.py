"""People: create or change them, look at them, hand out all that is known of one, erase one."""

import asyncio
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse

from api import people
from api.answers import ConsentChanges, People, PersonAnswer, Saved
from api.forms import PersonForm
from api.mailroom import mailroom_of
from api.parts import parts_of
from api.security import needs
from client.inputs import Profile, UserId
from domain.keys import Scope

MOST_PEOPLE = 1000

router = APIRouter(prefix="/v1/users", tags=["People"])
CREATED: dict[int | str, dict[str, Any]] = {201: {"model": Saved, "description": "The person is new"}}


@router.put("/{user_id}", responses=CREATED, dependencies=[needs(Scope.WRITE)])
async def put_user(user_id: UserId, form: PersonForm, request: Request, response: Response) -> Saved:
    """Create a person, or change what you say of them. A new user signs up with it: journeys start.

    The id is your own and opaque: one that looks like an e-mail address or a phone number is refused.
    """
    parts = parts_of(request)
    work = getattr(request.state, "idempotency", None)
    profile = Profile.of({**form.profile(), "user_id": user_id, **({"message_id": work} if work else {})})
    known = await asyncio.to_thread(people.exists, parts.database, user_id)
    also = partial(people.record_consents, user_id=user_id, given=form.consents, key=request.state.key, now=parts.now())
    await parts.take([profile], strangers=False, also=also if form.consents else None)
    response.status_code = 200 if known else 201
    return Saved(created=not known)


@router.get("", dependencies=[needs(Scope.READ)])
async def list_users(
    request: Request,
    limit: Annotated[int, Query(ge=1, le=MOST_PEOPLE)] = 50,
    cursor: Annotated[str, Query(max_length=128, description="As the page before gave it")] = "",
) -> People:
    """People in the order of their ids, a page at a time."""
    return await asyncio.to_thread(people.page, parts_of(request).database, limit, cursor)


@router.get("/{user_id}", dependencies=[needs(Scope.READ)])
async def get_user(user_id: UserId, request: Request) -> PersonAnswer:
    """A person as we know them."""
    parts = parts_of(request)
    return await asyncio.to_thread(people.person, parts.database, user_id, parts.now())


@router.get("/{user_id}/consents", dependencies=[needs(Scope.READ)])
async def list_consents(user_id: UserId, request: Request) -> ConsentChanges:
    """What a person has agreed to and taken back, with who wrote it down, when and how: all of it, oldest first."""
    return await asyncio.to_thread(people.consent_changes, parts_of(request).database, user_id)


@router.get("/{user_id}/export", dependencies=[needs(Scope.READ)], response_class=JSONResponse)
async def export_user(user_id: UserId, request: Request) -> JSONResponse:
    """Everything that is known of one person, for them to have: profile, events, journeys, messages, decisions, and
    what they wrote, opened."""
    exported = await parts_of(request).homing.export(user_id)
    words = await asyncio.to_thread(mailroom_of(request).inbox.words, exported["user_id"])
    for row in exported["inbound_messages"]:
        row["words"] = words.get(row["id"])
    return JSONResponse(exported, headers={"Content-Disposition": 'attachment; filename="export.json"'})


@router.delete("/{user_id}", status_code=202, response_class=Response, dependencies=[needs(Scope.ERASE)])
async def delete_user(user_id: UserId, request: Request) -> Response:
    """Erase a person: their data goes at once, their workflows end, and no late event brings them back.

    Repeating it, or erasing somebody whom nobody knows, is no error.
    """
    await parts_of(request).homing.erase(user_id)
    return Response(status_code=202)
