"""A request of a Segment client: the calls in it, one by one, so that a bad one does not take the others with it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pydantic_core import from_json

from client.inputs import Item
from domain.clock import Clock
from domain.errors import BadInput
from tracking.items import translate
from tracking.moments import Moment, instant

MOST_CALLS = 2_500  # Segment's own limit for one request; its clients send 100
SHARED = ("context", "integrations")  # what a batch may say for all its calls


@dataclass(frozen=True, slots=True)
class Refused:
    """A call that was not taken, or a part of one that was left out, by its place in the request."""

    index: int
    message: str

    def as_json(self) -> dict[str, Any]:
        """As the answer shows it."""
        return {"index": self.index, "message": self.message}


@dataclass(slots=True)
class Reading:
    """What a request comes to: items to take with the place of the call each is from, and what was not understood."""

    items: list[Item] = field(default_factory=list)
    places: list[int] = field(default_factory=list)
    rejected: list[Refused] = field(default_factory=list)
    left_out: list[Refused] = field(default_factory=list)
    not_for_us: int = 0


def parse(body: bytes) -> dict[str, Any]:
    """The JSON object of a body. Raises BadInput if it is none.

    The fast reader refuses halves of characters, which Python's clients can send: that costs the call that has them,
    not the request.
    """
    try:
        value = from_json(body)
    except ValueError:
        value = _parse_slowly(body)
    if not isinstance(value, dict):
        raise BadInput("the body must be a JSON object")
    return value


def calls_of(body: Mapping[str, Any]) -> list[Any]:
    """The calls of a batch, each with what the batch says for all. Raises BadInput if there are none, or too many."""
    calls = body.get("batch")
    if not isinstance(calls, list) or not calls:
        raise BadInput("batch must be a list of at least one call")
    if len(calls) > MOST_CALLS:
        raise BadInput(f"batch has {len(calls):,} calls, of {MOST_CALLS:,} allowed; send it in parts")
    shared = {name: value for name in SHARED if isinstance(value := body.get(name), dict) and value}
    return [_with(shared, call) for call in calls] if shared else calls


def read(calls: list[Any], sent_at: Any, received: datetime, clock: Clock, kind: str | None = None) -> Reading:
    """All calls as our items. `kind` is that of the address they came to; in a batch each names its own."""
    reading = Reading()
    moment = Moment(received, instant(sent_at), clock)
    for index, call in enumerate(calls):
        try:
            _read_one(reading, index, call, moment, kind)
        except BadInput as error:
            reading.rejected.append(Refused(index, str(error)))
    return reading


def _read_one(reading: Reading, index: int, call: Any, moment: Moment, kind: str | None) -> None:
    if not isinstance(call, dict):
        raise BadInput("a call must be a JSON object")
    translated = translate(kind or call.get("type"), call, moment)
    reading.items.extend(translated.items)
    reading.places.extend([index] * len(translated.items))
    reading.left_out.extend(Refused(index, why) for why in translated.left_out)
    reading.not_for_us += not translated.items


def _with(shared: Mapping[str, Any], call: Any) -> Any:
    if not isinstance(call, dict):
        return call
    own = {name: call[name] if isinstance(call.get(name), dict) else {} for name in shared}
    return call | {name: shared[name] | own[name] for name in shared}


def _parse_slowly(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise BadInput("the body is not valid JSON") from None
