"""A mail server: where it is by HOMING_SMTP_URL, and a connection to it that ends in time."""

import smtplib
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal
from urllib.parse import parse_qs, unquote, urlsplit

from domain.errors import Misconfigured

# All together: an attempt at a message must be over before it is free for the next one (activities' HOLD, 25 s).
TIMEOUT_SECONDS = 20.0
STEP_SECONDS = 10.0
PORTS = {"smtp": 587, "smtps": 465}
LOOPBACK = {"localhost", "127.0.0.1", "::1"}
FORM = (
    "HOMING_SMTP_URL must be smtp://user:password@host:587 (STARTTLS) or smtps://user:password@host:465, with special"
    " characters of user and password written as %40 and the like; ?tls=off sends in the clear"
)


@dataclass(frozen=True, slots=True)
class Server:
    """Where mails are handed in, and how what is said there is hidden from others."""

    host: str
    port: int
    tls: Literal["implicit", "starttls", "off"]
    user: str = ""
    password: str = field(default="", repr=False)


def read_server(url: str) -> Server:
    """The server of a URL. Without encryption only on this machine, or by ?tls=off. Raises Misconfigured."""
    try:
        parts = urlsplit(url)
        port, options = parts.port, parse_qs(parts.query, strict_parsing=True) if parts.query else {}
    except ValueError:
        raise Misconfigured(FORM) from None  # not chained: the URL holds the password
    odd = parts.path not in ("", "/") or parts.fragment or options not in ({}, {"tls": ["off"]})
    if parts.scheme not in PORTS or not parts.hostname or odd or bool(parts.username) != bool(parts.password):
        raise Misconfigured(FORM)
    in_clear = bool(options) or parts.hostname in LOOPBACK
    tls: Any = "implicit" if parts.scheme == "smtps" else "off" if in_clear else "starttls"
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return Server(parts.hostname, port or PORTS[parts.scheme], tls, user, password)


class _Hurried(smtplib.SMTP):
    """smtplib's connection, each step of which has only what is left of the time for all."""

    def __init__(self, server: Server, name: str, **tls: Any) -> None:
        self._deadline = time.monotonic() + TIMEOUT_SECONDS
        super().__init__(server.host, server.port, local_hostname=name, timeout=STEP_SECONDS, **tls)

    def send(self, s: Any) -> None:
        self._hurry()
        super().send(s)

    def getreply(self) -> tuple[int, bytes]:
        self._hurry()
        return super().getreply()

    def _hurry(self) -> None:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("the mail server took too long")
        if self.sock:
            self.sock.settimeout(min(left, STEP_SECONDS))


class _HurriedTls(_Hurried, smtplib.SMTP_SSL):
    """The same inside of TLS from the first byte."""


@cache
def _trust() -> ssl.SSLContext:
    """Whose certificates are believed. Reading them takes a core 20 ms, ten times what a mail does."""
    return ssl.create_default_context()


@contextmanager
def connected(server: Server, name: str) -> Iterator[smtplib.SMTP]:
    """A connection that is ready for a mail, where we are called by `name`. Raises what smtplib and sockets raise."""
    implicit = server.tls == "implicit"
    connection = _HurriedTls(server, name, context=_trust()) if implicit else _Hurried(server, name)
    try:
        if server.tls == "starttls":
            connection.starttls(context=_trust())
        if server.user:
            connection.login(server.user, server.password)
        connection.ehlo_or_helo_if_needed()
        yield connection
    finally:
        with suppress(smtplib.SMTPException, OSError):
            connection.quit()
        connection.close()
