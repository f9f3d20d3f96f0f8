"""The other end of webhooks: a server that notes what is posted to it, and answers as it is told."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from email.parser import BytesParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl

PATIENCE_S = 15.0


@dataclass
class Posted:
    """One request."""

    path: str
    headers: Message
    body: bytes
    answered: int

    @property
    def form(self) -> dict[str, str]:
        """Its fields, if it is a form of either kind."""
        kind = self.headers["Content-Type"]
        if kind.startswith("application/x-www-form-urlencoded"):
            return dict(parse_qsl(self.body.decode(), keep_blank_values=True))
        whole = BytesParser().parsebytes(f"Content-Type: {kind}\r\n\r\n".encode() + self.body)
        parts = [part for part in whole.walk() if not part.is_multipart()]
        return {_name(part): bytes(part.get_payload(decode=True)).decode() for part in parts}


def _name(part: Message) -> str:
    name = part.get_param("name", header="content-disposition")
    assert isinstance(name, str)
    return name


@dataclass
class Customer:
    """What has come, and what is answered: `answers` are taken first, then 200 with `says`."""

    url: str = ""
    posted: list[Posted] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    says: str = ""

    def take(self, path: str, headers: Message, body: bytes) -> tuple[int, str]:
        """Note a request; what to answer."""
        status = self.answers.pop(0) if self.answers else 200
        self.posted.append(Posted(path, headers, body, status))
        return status, self.says

    def until(self, holds: Callable[[list[Posted]], bool]) -> list[Posted]:
        """Wait until something holds of what has come."""
        deadline = time.monotonic() + PATIENCE_S
        while not holds(self.posted):
            assert time.monotonic() < deadline, [one.body for one in self.posted]
            time.sleep(0.02)
        return self.posted

    def gets(self, count: int) -> list[Posted]:
        """Wait for so many, and for a moment that shows that there are no more."""
        self.until(lambda posted: len(posted) >= count)
        time.sleep(0.3)
        assert len(self.posted) == count, [one.body for one in self.posted]
        return self.posted


@contextmanager
def serving() -> Iterator[Customer]:
    """A customer at a free port."""
    customer = Customer()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status, says = customer.take(self.path, self.headers, body)
            self.send_response(status)
            self.end_headers()
            self.wfile.write(says.encode())

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        customer.url = f"http://127.0.0.1:{server.server_port}"
        yield customer
        server.shutdown()
        thread.join()
