"""How the Segment protocol is spoken: its paths, its answers, and that browsers of any site may call it."""

from collections.abc import Mapping
from typing import Any

from fastapi.responses import JSONResponse

BATCHES = ("batch", "import", "b")
# Long names from servers, short ones from browsers.
KINDS = {
    "identify": "identify",
    "track": "track",
    "page": "page",
    "screen": "screen",
    "group": "group",
    "alias": "alias",
    "i": "identify",
    "t": "track",
    "p": "page",
    "s": "screen",
    "g": "group",
    "a": "alias",
}
PATHS = frozenset(f"/v1/{name}" for name in (*BATCHES, *KINDS))
SETTINGS = "/v1/projects/"
MOST_BYTES = 4 * 1024 * 1024  # RudderStack's clients send up to 4 MiB, Segment's 500 kB
# Any page may call, with the key that it shows anyway; no cookie is looked at, so there is nothing to borrow.
ANY_SITE = {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "Retry-After, X-Request-Id"}
PREFLIGHT = ANY_SITE | {
    "Access-Control-Allow-Methods": "GET, POST, OPTIONS",
    "Access-Control-Allow-Headers": "Authorization, Content-Type, Content-Encoding, X-Retry-Count, AnonymousId",
    "Access-Control-Max-Age": "86400",
}
CODES = {400: "invalid_request", 401: "unauthorized", 413: "too_large", 429: "rate_limited", 503: "unavailable"}
AS_SEGMENT_HAS_IT = {410: 400, 422: 400}  # clients drop what a 400 refuses, and some repeat other refusals


def speaks(path: str) -> bool:
    """Whether this path is one of the protocol's."""
    return path in PATHS or path.startswith(SETTINGS)


def refusal(
    status: int, message: str, headers: Mapping[str, str] | None = None, details: Mapping[str, Any] | None = None
) -> JSONResponse:
    """An error as clients of the protocol read it. Without `code` and `message`, RudderStack's repeat it for ever."""
    status = AS_SEGMENT_HAS_IT.get(status, status)
    body = {"code": CODES.get(status, "failed"), "message": message, **(details or {})}
    told = {name: value for name, value in (headers or {}).items() if name != "WWW-Authenticate"}  # opens a dialog
    return JSONResponse(body, status, told | ANY_SITE)


def taken(details: Mapping[str, Any]) -> JSONResponse:
    """Exactly 200: anything else is repeated by some client."""
    return JSONResponse({"success": True, **details}, headers=ANY_SITE)
