"""When the sandbox received which message: the end of every reaction that is timed."""

from datetime import datetime
from typing import Any

import requests

TIMEOUT_S = 30


class Outbox:
    """The messages that the sandbox accepts from now on."""

    def __init__(self, sandbox_url: str) -> None:
        self._url = f"{sandbox_url}/messages"
        self._since_id = max((int(one["id"]) for one in self._get(limit=1)), default=0)

    def received(self) -> dict[str, datetime]:
        """When the message to each number came in."""
        return {one["to"]: datetime.fromisoformat(one["time"]) for one in self._get(since_id=self._since_id)}

    def _get(self, **query: int) -> list[dict[str, Any]]:
        answer = requests.get(self._url, params=query, timeout=TIMEOUT_S)
        answer.raise_for_status()
        found: list[dict[str, Any]] = answer.json()
        return found
