"""Commands to running journeys, as support agents give them."""

from typing import Annotated

from fastapi import APIRouter, Body, Request

from api.answers import Ordered
from api.forms import CommandForm
from api.parts import parts_of
from api.security import needs
from client.inputs import Asked, UserId
from domain.journey.names import Slug
from domain.keys import Scope
from domain.machine.stimuli import Order

router = APIRouter(prefix="/v1/users", tags=["Commands"])


@router.post("/{user_id}/journeys/{journey}/commands/{command}", status_code=202, dependencies=[needs(Scope.COMMANDS)])
async def post_command(
    user_id: UserId,
    journey: Slug,
    command: Order,
    request: Request,
    form: Annotated[CommandForm, Body()] = CommandForm(),  # noqa: B008  frozen
) -> Ordered:
    """Pause a journey, let it go on, skip the wait at hand, or end it. It is kept and told within a second.

    Give an `Idempotency-Key`: sent again without one, `skip` skips the next wait too.
    """
    asked = Asked(user_id=user_id, order=command, journey=journey, reason=form.reason)
    told = await parts_of(request).homing.ask(asked, getattr(request.state, "idempotency", None))
    return Ordered(told=len(told))
