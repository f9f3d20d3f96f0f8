"""What a route asks of the key that calls: `require` a scope of an API key, or `require_source` for a write key."""

import base64
import binascii
from collections.abc import Callable
from typing import Annotated, Any

from fastapi import Depends, Request, Security
from fastapi.security import HTTPBasic, HTTPBearer

from api.gate import slow_down
from api.headers import header
from api.parts import parts_of
from api.problems import Problem
from domain.keys import KeyKind, KnownKey, Scope

NO_SOURCE = "send the write key of this source as the user name of Basic authentication, without a password"
# They stand in the OpenAPI description; who calls was asked before, by the gate.
BEARER = HTTPBearer(scheme_name="API key", description="`homing_api_...`, made by `starter.py keys`", auto_error=False)
BASIC = HTTPBasic(scheme_name="Write key", description="The write key as user name, no password", auto_error=False)


def require(scope: Scope) -> Callable[..., KnownKey]:
    """A dependency: the API key that calls, which must have this scope. Raises 403."""

    def key_of(request: Request, _: Annotated[Any, Security(BEARER)]) -> KnownKey:
        key: KnownKey = request.state.key
        if not key.opens(scope):
            raise Problem(403, "scope-missing", f"this key lacks the scope {scope}; `starter.py keys create` gives it")
        return key

    return key_of


async def require_source(request: Request, _: Annotated[Any, Depends(BASIC)]) -> KnownKey:
    """A dependency: the write key that calls, by Basic authentication. Raises 401, 429."""
    return await source_of(request, write_key_of(request))


async def source_of(request: Request, write_key: str) -> KnownKey:
    """The source with this write key, for clients that send it in the body. Raises 401, 429."""
    parts = parts_of(request)
    key = await parts.keyring.identify(write_key, KeyKind.WRITE)
    if key is None:
        raise Problem(401, "no-key", NO_SOURCE, headers={"WWW-Authenticate": 'Basic realm="homing"'})
    request.state.key = key
    slow_down(parts.buckets.take(key.id))
    return key


def write_key_of(request: Request) -> str:
    """The user name of Basic authentication; empty if there is none."""
    scheme, _, encoded = header(request.scope, b"authorization").partition(" ")
    if scheme.lower() != "basic":
        return ""
    try:
        return base64.b64decode(encoded.strip(), validate=True).decode().partition(":")[0]
    except (binascii.Error, ValueError):
        return ""


def needs(scope: Scope) -> Any:
    """The same as `require`, for the list of a router's dependencies."""
    return Depends(require(scope))
