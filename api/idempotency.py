"""`Idempotency-Key`: a write that is sent again gets the answer that it got, and does nothing.

The key is claimed before the work and answered after it. Whoever dies in between leaves a claim that ends by itself;
the work may then be done again, which it may be anyway: all that it stores has keys of its own.
"""

import asyncio
import hashlib
import json
from datetime import UTC, datetime

import structlog
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import problems
from api.bodies import again, read
from api.headers import header
from api.problems import Problem
from domain.errors import HomingError
from models import requests
from models.database import Database
from models.requests import IdempotentRequest

WRITES = {"POST", "PUT", "PATCH", "DELETE"}
LONGEST_KEY = 255
NOT_A_KEY = f"Idempotency-Key must be at most {LONGEST_KEY} plain characters, such as a UUID"
REUSED = "this Idempotency-Key came with another request; use a new one"
REPLAYED = {"Idempotency-Replayed": "true"}
KEPT_HEADERS = {b"content-type", b"location"}
# Answers about the moment and not about the request: sent again, it deserves another.
PASSING = {401, 403, 408, 409, 413, 429}
# Answers that hold a secret, or approve of one that is good once, are kept by nobody: the work is done again.
NOT_TO_KEEP = (b"cache-control", b"no-store")

log = structlog.get_logger()


class Idempotency:
    """After the gate, because a key of somebody else's is another key, and with the body in one piece."""

    def __init__(self, app: ASGIApp, database: Database) -> None:
        self._app = app
        self._database = database

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as before, or pass on and remember."""
        given, key = header(scope, b"idempotency-key"), scope["state"].get("key")
        if not given or key is None or scope["method"] not in WRITES:
            await self._app(scope, receive, send)
            return
        try:
            await self._once(key.id, given, scope, receive, send)
        except (Problem, HomingError) as error:
            await problems.refuse(error, scope, receive, send)

    async def _once(self, key_id: str, given: str, scope: Scope, receive: Receive, send: Send) -> None:
        body = await read(scope, receive, 2**62)  # its size was checked before
        claim = Claim(self._database, key_id, _checked(given), _hash(scope, body))
        stored = await claim.take()
        if stored is None:
            scope["state"]["idempotency"] = claim.work_id
            await self._answer(claim, scope, again(body, receive), send)
        else:
            await stored(scope, receive, send)

    async def _answer(self, claim: "Claim", scope: Scope, receive: Receive, send: Send) -> None:
        """Store the answer before it is sent: who has seen it will never see another."""
        held: list[Message] = []

        async def hold(message: Message) -> None:
            held.append(message)

        try:
            await self._app(scope, receive, hold)
        except BaseException:
            await claim.settle([])
            raise
        await claim.settle(held)
        for message in held:
            await send(message)


class Claim:
    """One request with an idempotency key."""

    def __init__(self, database: Database, key_id: str, given: str, request_hash: str) -> None:
        self._database = database
        self._place = (key_id, given)
        self._hash = request_hash
        self._began = datetime.now(UTC)
        self.work_id = hashlib.sha256(f"{key_id} {given}".encode()).hexdigest()[:32]

    async def take(self) -> Response | None:
        """None if the request is ours; the answer that it got if it is here again. Raises 409, 422."""
        first = await asyncio.to_thread(self._claim)
        if first is None:
            return None
        if first.request_hash != self._hash:
            raise Problem(422, "idempotency-key-reused", REUSED)
        if first.status is None:
            wait = {"Retry-After": "1"}
            raise Problem(409, "in-progress", "this request is being answered; ask again in a second", headers=wait)
        return Response(first.body.encode(), first.status, json.loads(first.headers) | REPLAYED)

    async def settle(self, messages: list[Message]) -> None:
        """Keep the answer, or forget the request if the answer was of the moment. A failure to do so harms nobody."""
        start: Message = messages[0] if messages else {"status": 500, "headers": []}
        keep = start["status"] < 500 and start["status"] not in PASSING and NOT_TO_KEEP not in start["headers"]
        try:
            await asyncio.to_thread(self._keep if keep else self._release, messages)
        except HomingError as error:
            log.warning("idempotency.unsettled", why=str(error))

    def _claim(self) -> IdempotentRequest | None:
        with self._database.session() as session:
            return requests.claim(session, *self._place, self._hash, self._began)

    def _keep(self, messages: list[Message]) -> None:
        kept = {
            name.decode(): value.decode("latin-1") for name, value in messages[0]["headers"] if name in KEPT_HEADERS
        }
        body = b"".join(message.get("body", b"") for message in messages[1:]).decode()
        with self._database.session() as session:
            requests.answer(session, *self._place, self._began, messages[0]["status"], json.dumps(kept), body)

    def _release(self, _: list[Message]) -> None:
        with self._database.session() as session:
            requests.release(session, *self._place, self._began)


def _checked(given: str) -> str:
    if len(given) > LONGEST_KEY or not (given.isascii() and given.isprintable()):
        raise Problem(400, "malformed", NOT_A_KEY)
    return given


def _hash(scope: Scope, body: bytes) -> str:
    place = f"{scope['method']} {scope['path']}?".encode() + scope["query_string"] + b"\n"
    return hashlib.sha256(place + body).hexdigest()
