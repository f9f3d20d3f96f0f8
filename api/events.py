"""What people do, one event at a time; batches come by the Segment protocol."""

from uuid import uuid4

from fastapi import APIRouter, Request

from api.answers import Heard
from api.forms import EventForm
from api.parts import parts_of
from api.security import needs
from client.inputs import Happened, UserId
from domain.errors import Gone
from domain.keys import Scope

router = APIRouter(prefix="/v1/users", tags=["Events"])


@router.post("/{user_id}/events", status_code=202, dependencies=[needs(Scope.WRITE)])
async def post_event(user_id: UserId, form: EventForm, request: Request) -> Heard:
    """Something that a known person did: journeys that name the event hear of it, those that it enters start.

    Sent again with the same `message_id`, or with the same `Idempotency-Key`, it is taken once.
    """
    parts = parts_of(request)
    message_id = form.message_id or getattr(request.state, "idempotency", None) or uuid4().hex
    given = {"user_id": user_id, "name": form.name, "properties": form.properties, "at": form.at}
    accepted = await parts.take([Happened.of(given | {"message_id": message_id})], strangers=False)
    if accepted.ignored:
        raise Gone(accepted.ignored[0].reason)
    return Heard(new=accepted.new > 0, message_id=message_id)
