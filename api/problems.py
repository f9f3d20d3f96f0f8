"""Errors in one shape: problem details (RFC 9457), which say what to do and never repeat what was given."""

import math
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, cast

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.types import Receive, Scope, Send

from api import segment_speech
from domain import errors
from domain.errors import HomingError
from domain.shown import shown

TYPE = "urn:homing:problem:"
MEDIA_TYPE = "application/problem+json"
LATER_S = 2  # when a service is away: about as long as PostgreSQL takes to come back
MOST_ERRORS = 50
LONGEST_MESSAGE = 500

# What each of our errors is over HTTP. A class that is not here counts as its nearest ancestor.
STATUSES: dict[type[HomingError], tuple[HTTPStatus, str]] = {
    errors.BadInput: (HTTPStatus.UNPROCESSABLE_ENTITY, "invalid"),
    errors.NotFound: (HTTPStatus.NOT_FOUND, "not-found"),
    errors.Gone: (HTTPStatus.GONE, "erased"),
    errors.Conflict: (HTTPStatus.CONFLICT, "conflict"),
    errors.Refused: (HTTPStatus.FORBIDDEN, "refused"),
    errors.TooMany: (HTTPStatus.TOO_MANY_REQUESTS, "too-many"),
    errors.Unreachable: (HTTPStatus.SERVICE_UNAVAILABLE, "unavailable"),
    errors.Misconfigured: (HTTPStatus.INTERNAL_SERVER_ERROR, "misconfigured"),
    HomingError: (HTTPStatus.INTERNAL_SERVER_ERROR, "failed"),
}
# For the statuses that the framework answers with.
KINDS = {400: "malformed", 404: "no-such-path", 405: "method-not-allowed", 413: "too-large", 415: "not-json"}
# What an operator has to know and a caller does not: addresses of services, names of settings.
IN_CONFIDENCE = {
    "unavailable": "a service that Homing needs does not answer; repeat the request, nothing is done twice",
    "misconfigured": "Homing is not set up rightly; its log says what to mend",
    "failed": "this failed; the log has it under the request id",
}


class Problem(Exception):
    """An answer that is an error. `kind` is the end of its type, `headers` and what `more` it says go with it."""

    def __init__(
        self,
        status: int,
        kind: str,
        detail: str,
        *,
        found: Sequence[Mapping[str, str]] = (),
        headers: Mapping[str, str] | None = None,
        more: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status, self.kind, self.detail, self.found = status, kind, detail, list(found)
        self.headers = dict(headers or {})
        self.more = dict(more or {})


def of(error: HomingError) -> Problem:
    """One of our errors as an answer."""
    status, kind = next(STATUSES[known] for known in type(error).__mro__ if known in STATUSES)
    return Problem(status, kind, IN_CONFIDENCE.get(kind, str(error)), headers=_when(error))


def _when(error: HomingError) -> dict[str, str]:
    """When to come back, if that helps."""
    match error:
        case errors.TooMany():
            return {"Retry-After": str(max(1, math.ceil(error.wait.total_seconds())))}
        case errors.Unreachable():
            return {"Retry-After": str(LATER_S)}
        case _:
            return {}


def answer(problem: Problem, scope: Scope) -> JSONResponse:
    """The problem as a response to this request; clients of the Segment protocol read another shape."""
    if segment_speech.speaks(scope.get("path", "")):
        return segment_speech.refusal(problem.status, problem.detail, problem.headers)
    request_id = scope.get("state", {}).get("request_id", "")
    body: dict[str, Any] = {
        "type": f"{TYPE}{problem.kind}",
        "title": HTTPStatus(problem.status).phrase,
        "status": int(problem.status),
        "detail": problem.detail[:LONGEST_MESSAGE],
        "instance": f"urn:homing:request:{request_id}",
        "request_id": request_id,
    }
    body |= problem.more
    if problem.found:
        body["errors"] = problem.found
    return JSONResponse(body, problem.status, problem.headers, MEDIA_TYPE)


async def refuse(error: Problem | HomingError, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer from outside of FastAPI."""
    problem = of(error) if isinstance(error, HomingError) else error
    note(error, problem, scope)
    await answer(problem, scope)(scope, receive, send)


def note(error: Exception, problem: Problem, scope: Scope) -> None:
    """For the log: what kind of problem it is, and what lies behind one of ours."""
    ours = isinstance(error, HomingError) and problem.status >= HTTPStatus.INTERNAL_SERVER_ERROR
    scope["state"]["why"] = str(error) if ours else problem.kind


async def on_problem(request: Request, error: Exception) -> JSONResponse:
    """For FastAPI: a problem that a route raised."""
    problem = cast(Problem, error)
    note(error, problem, request.scope)
    return answer(problem, request.scope)


async def on_our_error(request: Request, error: Exception) -> JSONResponse:
    """For FastAPI: an error of `domain/errors.py`."""
    problem = of(cast(HomingError, error))
    note(error, problem, request.scope)
    return answer(problem, request.scope)


async def on_http_error(request: Request, error: Exception) -> JSONResponse:
    """For FastAPI: what the framework itself refuses, such as an unknown path."""
    raised = cast(HTTPException, error)
    kind = KINDS.get(raised.status_code, "refused")
    return answer(Problem(raised.status_code, kind, _said(raised), headers=raised.headers), request.scope)


async def on_invalid(request: Request, error: Exception) -> JSONResponse:
    """For FastAPI: a request that does not fit its description. What was given is not repeated."""
    items = cast(RequestValidationError, error).errors()
    if any(item["type"] == "json_invalid" for item in items):
        return answer(Problem(400, "malformed", "the body is not JSON"), request.scope)
    found = [fault(item) for item in items[:MOST_ERRORS]]
    detail = "; ".join(f"{one['field']}: {one['message']}" if one["field"] else one["message"] for one in found)
    return answer(Problem(422, "invalid", detail, found=found), request.scope)


def fault(item: Mapping[str, Any]) -> dict[str, str]:
    """One of pydantic's findings, without the value it found fault with."""
    place = ".".join(str(part) for part in item["loc"] if part not in ("body", "path", "query", "header"))
    message = str(item["msg"]).removeprefix("Value error, ")
    return {"field": place if len(place) <= 100 and place.isprintable() else shown(place), "message": message}


def _said(error: HTTPException) -> str:
    match error.status_code:
        case 404:
            return "there is nothing under this path; /openapi.json lists what there is"
        case 405:
            return f"this path takes {(error.headers or {}).get('allow', 'other methods')}"
        case _:
            return str(error.detail)
