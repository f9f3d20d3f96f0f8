"""Browsers of the sandbox, for tests: people who have allowed notifications."""

from dataclasses import dataclass
from typing import Any

import requests

from tests.sandbox_server import Sandbox


@dataclass(frozen=True, slots=True)
class FakeBrowser:
    """One browser, and what it would tell the page's script."""

    sandbox: Sandbox
    id: str
    owner: str
    subscription: dict[str, Any]

    @property
    def endpoint(self) -> str:
        """Where it gets its pushes."""
        return str(self.subscription["endpoint"])

    def close(self) -> None:
        """No more notifications here."""
        requests.delete(f"{self.sandbox.url}/push/browsers/{self.id}", timeout=10).raise_for_status()

    def shown(self) -> list[dict[str, Any]]:
        """What it shows, the oldest first."""
        found = requests.get(f"{self.sandbox.url}/push/notifications", params={"owner": self.owner}, timeout=10).json()
        return [one for one in found if one["browser"] == self.id]

    def click(self) -> None:
        """The person clicks on the newest."""
        newest = self.shown()[-1]["id"]
        requests.post(f"{self.sandbox.url}/push/notifications/{newest}/click", timeout=10).raise_for_status()


def allow(sandbox: Sandbox, owner: str, server_key: str) -> FakeBrowser:
    """Somebody allows notifications of who has this key."""
    answer = requests.post(f"{sandbox.url}/push/browsers", json={"owner": owner, "key": server_key}, timeout=10)
    answer.raise_for_status()
    made = answer.json()
    return FakeBrowser(sandbox, made["id"], owner, made["subscription"])
