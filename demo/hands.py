"""What people do with what came to them: in the sandbox's page, as a person would."""

from typing import Any

import requests

from demo.scenario import Actor, Reads, Writes
from domain.errors import Unreachable

NOTHING_THERE = 422


class Hands:
    """At one sandbox."""

    def __init__(self, sandbox_url: str) -> None:
        self._url = sandbox_url

    def do(self, actor: Actor, deed: Writes | Reads, key: str) -> bool:
        """Do it, once for a key; False while there is nothing yet to do it with."""
        address = actor.address(deed.via)
        if isinstance(deed, Writes):
            return self._post("/answers", {"channel": deed.via, "from": address, "text": deed.writes, "key": key})
        there = self._get("/messages", to=address, channel=deed.via, limit=1)
        return bool(there) and self._post(f"/messages/{there[0]['id']}/deeds", {"deed": deed.reads})

    def all_told(self) -> bool:
        """Whether everything that the providers had to tell has been told, or given up."""
        return all(post["state"] != "waiting" for post in self._get("/posts", limit=5000))

    def _get(self, path: str, **query: Any) -> list[dict[str, Any]]:
        try:
            answer = requests.get(f"{self._url}{path}", params=query, timeout=10)
            answer.raise_for_status()
            found: list[dict[str, Any]] = answer.json()
        except requests.RequestException as error:
            raise Unreachable(f"the sandbox at {self._url} does not answer: {error}") from error
        return found

    def _post(self, path: str, body: dict[str, str]) -> bool:
        try:
            answer = requests.post(f"{self._url}{path}", json=body, timeout=10)
            if answer.status_code == NOTHING_THERE:
                return False
            answer.raise_for_status()
        except requests.RequestException as error:
            raise Unreachable(f"the sandbox at {self._url} does not answer: {error}") from error
        return True
