"""People in the customer's own page: their backend gets them a token, and with it their browser calls us."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response, Security
from fastapi.security import HTTPBearer

from api import people
from api.answers import VisitorToken
from api.forms import VisitorForm
from api.gate import slow_down
from api.headers import header
from api.parts import parts_of
from api.problems import Problem
from api.security import needs
from client.inputs import UserId
from domain import keys, visiting
from domain.errors import Misconfigured
from runtime.derived_keys import derived

USE = b"homing visitors"
NEEDED = "set HOMING_ENCRYPTION_KEYS: the tokens of visitors are signed with a key of theirs"
HOW = "send `Authorization: Bearer hv_...`; POST /v1/users/{id}/visitor-tokens gives the token to your backend"
CHALLENGE = {"WWW-Authenticate": 'Bearer realm="homing visitors"'}
VISITOR = HTTPBearer(scheme_name="Visitor token", description="`hv_...`, of one person in a page", auto_error=False)

router = APIRouter(prefix="/v1/users", tags=["Visitors"])


@router.post("/{user_id}/visitor-tokens", status_code=201, dependencies=[needs(keys.Scope.VISITORS)])
async def make_visitor_token(user_id: UserId, form: VisitorForm, request: Request, response: Response) -> VisitorToken:
    """A token for one person's browser, for a page in which you have logged them in.

    It opens what is theirs there: the inbox, the checklist, notifications. Nothing else, and not for long.
    """
    parts = parts_of(request)
    signing = derived(parts.config.encryption_keys, USE)
    if not signing:
        raise Misconfigured(NEEDED)
    user = await asyncio.to_thread(people.today, parts.database, user_id)
    expires = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=form.seconds)
    response.headers["Cache-Control"] = "no-store"
    return VisitorToken(token=visiting.write(user, expires, signing[0]), expires_at=expires)


async def visitor_of(request: Request, _: Annotated[Any, Security(VISITOR)]) -> str:
    """A dependency: the user id of the person whose page calls, as the token has it. Raises 401, 429."""
    parts = parts_of(request)
    scheme, _, text = header(request.scope, b"authorization").partition(" ")
    try:
        given = text.strip() if scheme.lower() == "bearer" else ""
        user = visiting.read(given, derived(parts.config.encryption_keys, USE), datetime.now(UTC))
        request.state.visitor_until = visiting.ends(given)
    except visiting.Expired as error:
        raise Problem(401, "token-expired", str(error), headers=CHALLENGE) from error
    except visiting.Forged as error:
        raise Problem(401, "no-token", HOW, headers=CHALLENGE) from error
    slow_down(parts.buckets.take(f"visitor {user}"))
    return user


Visitor = Annotated[str, Depends(visitor_of)]
