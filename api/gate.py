"""No key, no answer: every path asks for an API key, but those of routers that have a lock of their own."""

import math
from collections.abc import Callable

from starlette.types import ASGIApp, Receive, Scope, Send

from api import problems
from api.headers import header
from api.keyring import Keyring
from api.problems import Problem
from api.rates import Buckets
from domain.errors import HomingError
from domain.keys import KeyKind, KnownKey

CHALLENGE = {"WWW-Authenticate": 'Bearer realm="homing"'}
HOW = "send your API key as `Authorization: Bearer homing_api_...`; `starter.py keys create` makes one"


class Gate:
    """Leaves the key that calls in the request's state. Nothing of a body is read before."""

    def __init__(self, app: ASGIApp, keyring: Keyring, buckets: Buckets, own_lock: Callable[[str], bool]) -> None:
        self._app = app
        self._keyring = keyring
        self._buckets = buckets
        self._own_lock = own_lock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let in, or answer at once."""
        try:
            if not self._own_lock(scope["path"]):
                scope["state"]["key"] = await self._admit(header(scope, b"authorization"))
        except (Problem, HomingError) as error:
            await problems.refuse(error, scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _admit(self, authorization: str) -> KnownKey:
        scheme, _, text = authorization.partition(" ")
        key = await self._keyring.identify(text.strip(), KeyKind.API) if scheme.lower() == "bearer" else None
        if key is None:
            raise Problem(401, "no-key", HOW, headers=CHALLENGE)
        slow_down(self._buckets.take(key.id))
        return key


def slow_down(wait_s: float) -> None:
    """Raises 429 if there is anything to wait for."""
    if wait_s > 0:
        after = {"Retry-After": str(max(1, math.ceil(wait_s)))}
        raise Problem(429, "too-many", "this key calls more often than it may; wait as Retry-After says", headers=after)
