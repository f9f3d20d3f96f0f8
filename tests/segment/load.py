"""Clients that report events without a pause, as Segment's do: each call again under its id until it is answered."""

import itertools
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from uuid import uuid4

import requests

CLIENTS = 3
CALLS = 4  # in a batch
PAUSE_S = 0.2
PATIENCE_S = 30.0


@dataclass
class Load:
    """What was sent of whom: `answered` are message ids that a 200 was for."""

    url: str
    write_key: str
    users: Sequence[str]
    event: str
    answered: dict[str, str] = field(default_factory=dict)  # message id -> user
    answers: list[requests.Response] = field(default_factory=list)  # all that were not 200
    unanswered: int = 0  # requests whose connection ended
    slowest_s: float = 0.0
    stopping: threading.Event = field(default_factory=threading.Event)
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    @property
    def by_user(self) -> Counter[str]:
        """How many events of each user were answered with 200."""
        return Counter(self.answered.values())

    @contextmanager
    def running(self) -> Iterator["Load"]:
        """For as long as the block lasts, and until the last batch is answered."""
        threads = [threading.Thread(target=self._client) for _ in range(CLIENTS)]
        for thread in threads:
            thread.start()
        try:
            yield self
        finally:
            self.stopping.set()
            for thread in threads:
                thread.join()

    def _client(self) -> None:
        while not self.stopping.is_set():
            self._batch()
            time.sleep(PAUSE_S)

    def _batch(self) -> None:
        users = [self.users[next(self._numbers) % len(self.users)] for _ in range(CALLS)]
        calls = {uuid4().hex: user for user in users}
        batch = [
            {"type": "track", "userId": user, "event": self.event, "messageId": message_id}
            for message_id, user in calls.items()
        ]
        deadline = time.monotonic() + PATIENCE_S
        while not self._post({"batch": batch}):
            assert time.monotonic() < deadline, "never answered"
            time.sleep(PAUSE_S)
        self.answered |= calls

    def _post(self, body: object) -> bool:
        began = time.monotonic()
        try:
            answer = requests.post(f"{self.url}/v1/batch", json=body, auth=(self.write_key, ""), timeout=10)
        except requests.RequestException:
            self.unanswered += 1
            return False
        self.slowest_s = max(self.slowest_s, time.monotonic() - began)
        if answer.status_code != 200:
            self.answers.append(answer)
        return answer.status_code == 200
