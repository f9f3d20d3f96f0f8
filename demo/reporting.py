"""The demo's way in is everybody's: people by the HTTP API, what they do by the Segment protocol."""

import asyncio
from datetime import datetime
from typing import Any, Protocol

import requests

from client.inputs import Happened, Profile
from domain.clock import Clock
from domain.errors import Unreachable
from stack.info import StackInfo

TIMEOUT_S = 10


class WayIn(Protocol):
    """The API, or the client in this process."""

    async def signup(self, profile: Profile, /) -> Any:
        """Somebody signs up."""

    async def event(self, happened: Happened, /) -> Any:
        """Somebody does something."""


class Reporter:
    """A backend service of the product, as its engineers would write it: each call may be repeated without harm."""

    def __init__(self, info: StackInfo) -> None:
        self._info = info
        self._clock = Clock(info.pace, info.clock_origin)
        self._session = requests.Session()
        self._session.trust_env = False  # no proxy stands between this machine and itself

    async def signup(self, profile: Profile) -> None:
        """Create the person. Raises Unreachable."""
        body = profile.model_dump(mode="json", exclude={"user_id"}, exclude_unset=True)
        headers = {"Authorization": f"Bearer {self._info.api_key}"}
        await asyncio.to_thread(self._send, "PUT", f"/v1/users/{profile.user_id}", body, headers=headers)

    async def event(self, happened: Happened) -> None:
        """Report an event, as Segment's clients do. Raises Unreachable.

        Without `sentAt`, since its clock is ours: what the journey takes for minutes is less than the way here takes.
        """
        body = {
            "type": "track",
            "messageId": happened.message_id,
            "userId": happened.user_id,
            "event": happened.name,
            "properties": happened.properties,
            "timestamp": self._at(happened.at),
        }
        await asyncio.to_thread(self._send, "POST", "/v1/track", body, auth=(self._info.write_key, ""))

    def _at(self, at: datetime | None) -> str | None:
        return self._clock.real(at).isoformat() if at else None

    def _send(self, method: str, path: str, body: dict[str, Any], **more: Any) -> None:
        try:
            answer = self._session.request(method, f"{self._info.api}{path}", json=body, timeout=TIMEOUT_S, **more)
            answer.raise_for_status()
        except requests.RequestException as error:
            raise Unreachable(f"the API at {self._info.api} does not take {method} {path}: {error}") from error
