"""The Segment protocol in the OpenAPI description: bodies with examples, and answers."""

from typing import Any

WHO = {"userId": "alice-1", "messageId": "3f0a11c2-77aa", "timestamp": "2026-03-01T12:00:00Z"}
EXAMPLES: dict[str, dict[str, Any]] = {
    "identify": WHO | {"traits": {"email": "alice@example.com", "firstName": "Alice", "plan": "free"}},
    "track": WHO | {"event": "Signed Up", "properties": {"plan": "free"}},
    "page": WHO | {"name": "Pricing", "properties": {"url": "https://example.com/pricing"}},
    "screen": WHO | {"name": "Home"},
    "group": WHO | {"groupId": "initech", "traits": {"plan": "enterprise"}},
    "alias": {"previousId": "visitor-1", "userId": "alice-1"},
}
ID: dict[str, Any] = {"type": ["string", "integer", "null"]}
OBJECT: dict[str, Any] = {"type": ["object", "null"]}
CALL: dict[str, Any] = {
    "type": "object",
    "properties": {
        "userId": ID | {"description": "your own opaque id of a user; no e-mail address and no phone number"},
        "anonymousId": ID | {"description": "of a visitor who has no user id yet"},
        "messageId": ID | {"description": "of this call; sent again under it, the call is taken once"},
        "timestamp": {"type": ["string", "null"], "description": "when it happened, by the sender's clock"},
        "sentAt": {"type": ["string", "null"], "description": "when it was sent, by the same clock"},
        "event": {"type": ["string", "null"]},
        "properties": OBJECT,
        "traits": OBJECT,
        "context": OBJECT,
        "integrations": OBJECT,
        "writeKey": {"type": "string", "description": "the write key, if it is not sent by Basic authentication"},
    },
}
REFUSED: dict[str, Any] = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {"index": {"type": "integer"}, "message": {"type": "string"}},
        "required": ["index", "message"],
    },
}
TAKEN = {
    "type": "object",
    "properties": {
        "success": {"const": True},
        "rejected": REFUSED | {"description": "calls that were not taken, by their place"},
        "left_out": REFUSED | {"description": "parts of calls that were left out, such as a phone number that is none"},
    },
    "required": ["success"],
}
REFUSAL = {
    "type": "object",
    "properties": {"code": {"type": "string"}, "message": {"type": "string"}, "rejected": REFUSED},
    "required": ["code", "message"],
}


def _json(schema: dict[str, Any]) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}


ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {"description": "It is stored, and will not be lost", "content": _json(TAKEN)},
    400: {"description": "Nothing of it can be taken; nothing has changed", "content": _json(REFUSAL)},
    401: {"description": "No valid write key", "content": _json(REFUSAL)},
    413: {"description": "The body is too large", "content": _json(REFUSAL)},
    415: {"description": "Packed in another way than gzip", "content": _json(REFUSAL)},
    429: {"description": "Too many requests; come back as Retry-After says", "content": _json(REFUSAL)},
    503: {"description": "The database does not answer; repeat as Retry-After says", "content": _json(REFUSAL)},
}


def summary(kind: str | None) -> str:
    """The one line about a path."""
    return f"Segment's `{kind}`" if kind else "Calls of Segment's clients, up to 2,500 at a time"


def described(kind: str | None) -> dict[str, Any]:
    """The body that a path takes."""
    schema, example = (CALL, EXAMPLES[kind]) if kind else (_batch(), {"batch": _typed()})
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema, "example": example}}}}


def _batch() -> dict[str, Any]:
    call = CALL | {"properties": CALL["properties"] | {"type": {"enum": list(EXAMPLES)}}, "required": ["type"]}
    batch = {"type": "array", "items": call, "minItems": 1, "maxItems": 2_500}
    shared = {name: CALL["properties"][name] for name in ("sentAt", "context", "integrations", "writeKey")}
    return {"type": "object", "properties": {"batch": batch, **shared}, "required": ["batch"]}


def _typed() -> list[dict[str, Any]]:
    return [{"type": kind, **example} for kind, example in EXAMPLES.items()]
