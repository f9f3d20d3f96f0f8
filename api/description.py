"""What the OpenAPI description says of the whole: how to authenticate, how errors look, what a write may carry."""

from collections.abc import Callable
from typing import Any

from pydantic import BaseModel, Field

VERSION = "1"
DESCRIPTION = """\
Tell Homing who your users are and what they do; it takes each of them through their journeys.

Send your API key as `Authorization: Bearer homing_api_...` (`starter.py keys create` makes one). What was answered
with 2xx is stored, and reaches the person's journeys within a second or, if Temporal is away, as soon as it is back.

Every write may carry an `Idempotency-Key` (at most 255 characters, such as a UUID): sent again within 24 hours with
the same body it gets the same answer and does nothing. Errors are problem details (RFC 9457) with a `request_id`.
"""


class FieldError(BaseModel):
    """One field that is wrong. Its value is never repeated."""

    field: str = Field(examples=["phone"])
    message: str = Field(examples=["phone +1…(6 characters) has the wrong number of digits for +1"])


class ProblemDetails(BaseModel):
    """An error, as RFC 9457 has it."""

    type: str = Field(examples=["urn:homing:problem:invalid"])
    title: str = Field(examples=["Unprocessable Entity"])
    status: int = Field(examples=[422])
    detail: str = Field(examples=["phone: phone +1…(6 characters) has the wrong number of digits for +1"])
    instance: str = Field(examples=["urn:homing:request:8c1f0b6c9d1e4f57a1c1d2e3f4a5b6c7"])
    request_id: str = Field(examples=["8c1f0b6c9d1e4f57a1c1d2e3f4a5b6c7"])
    errors: list[FieldError] = Field(default_factory=list, description="Each field that is wrong, if it is about some.")


_REF = {"schema": {"$ref": "#/components/schemas/ProblemDetails"}}
RESPONSES: dict[int | str, dict[str, Any]] = {
    "default": {"description": "A problem", "content": {"application/problem+json": _REF}},
}


def with_problems(openapi: Callable[[], dict[str, Any]]) -> Callable[[], dict[str, Any]]:
    """The description with what all problems look like: no route answers with one as its model."""

    def described() -> dict[str, Any]:
        schema = openapi()
        problem = ProblemDetails.model_json_schema(ref_template="#/components/schemas/{model}")
        found = {**problem.pop("$defs"), "ProblemDetails": problem}
        schema.setdefault("components", {}).setdefault("schemas", {}).update(found)
        return schema

    return described
