"""A sender of the Segment protocol: batches made ready beforehand, and posted from several connections."""

import itertools
import json
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import requests

from domain.keys import KeyKind
from models import keys
from models.database import Database

BATCH = 100
CONNECTIONS = 4
TIMEOUT_S = 60


@dataclass
class Source:
    """People whose events it reports, and how many it has."""

    url: str
    write_key: str
    people: Sequence[str]
    sent: int = 0
    _numbers: Any = field(default_factory=itertools.count)

    @classmethod
    def open(cls, url: str, database: Database, people: int) -> "Source":
        """With a key of its own, and people who are known already."""
        with database.session() as session:
            _, write_key = keys.create(session, KeyKind.WRITE, "bench", [], datetime.now(UTC))
        prefix = f"s{uuid4().hex[:8]}"
        source = cls(url, write_key, [f"{prefix}-{n}" for n in range(people)])
        calls = [{"type": "group", "userId": user, "groupId": "bench"} for user in source.people]
        source.send([source.body(list(calls[at : at + BATCH])) for at in range(0, people, BATCH)])
        source.sent = 0
        return source

    def batches(self, count: int) -> list[bytes]:
        """So many bodies with a hundred events each."""
        return [self.body([self.event() for _ in range(BATCH)]) for _ in range(count)]

    def rows(self, batches: int) -> list[list[tuple[Any, ...]]]:
        """As many of the same events as rows of the table."""
        return [[_row(self.event()) for _ in range(BATCH)] for _ in range(batches)]

    def event(self) -> dict[str, Any]:
        """The next one, as Segment's clients write it."""
        number = next(self._numbers)
        return {
            "type": "track",
            "userId": self.people[number % len(self.people)],
            "event": "Report Opened",
            "properties": {
                "report": f"r-{number}",
                "plan": "pro",
                "rows": number,
                "url": "https://example.com/reports",
            },
            "context": {"library": {"name": "analytics-python", "version": "2.4.0"}},
            "integrations": {},
            "messageId": str(uuid4()),
            "timestamp": datetime.now(UTC).isoformat(),
        }

    def body(self, calls: list[dict[str, Any]]) -> bytes:
        """A batch on the wire."""
        return json.dumps({"batch": calls, "sentAt": datetime.now(UTC).isoformat()}).encode()

    def one(self, call: dict[str, Any]) -> bytes:
        """A single call on the wire."""
        return json.dumps(call | {"sentAt": datetime.now(UTC).isoformat()}).encode()

    def send(self, bodies: Sequence[bytes]) -> float:
        """Post them all; the seconds it took. Raises when one was not taken."""
        shares = [bodies[start::CONNECTIONS] for start in range(CONNECTIONS)]
        with ThreadPoolExecutor(CONNECTIONS) as pool:
            began = time.perf_counter()
            list(pool.map(self._post_all, shares))
            took = time.perf_counter() - began
        self.sent += len(bodies) * BATCH
        return took

    def _post_all(self, bodies: Sequence[bytes]) -> None:
        with requests.Session() as session:
            for body in bodies:
                self.post(session, "/v1/batch", body)

    def post(self, session: requests.Session, path: str, body: bytes) -> None:
        """One request. Raises when it was not taken."""
        answer = session.post(self.url + path, data=body, auth=(self.write_key, ""), timeout=TIMEOUT_S)
        answer.raise_for_status()


def _row(event: dict[str, Any]) -> tuple[Any, ...]:
    at = datetime.fromisoformat(event["timestamp"])
    return (event["userId"], event["messageId"], event["event"], json.dumps(event["properties"]), at, at)
