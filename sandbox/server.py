"""Serving the sandbox, with one ability that web servers lack: dropping a connection without an answer."""

import asyncio
import socket

import uvicorn
from fastapi import FastAPI
from uvicorn.protocols.http.h11_impl import H11Protocol


class DroppingProtocol(H11Protocol):
    """HTTP/1.1 whose requests carry `request.state.drop`, which closes the connection with nothing sent."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        # Uvicorn copies this dictionary into the scope of each request of this connection.
        self.app_state = {**self.app_state, "drop": transport.abort}


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes a free one. Raises OSError when the port is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.create_server((host, port), family=family, backlog=256)
    # asyncio sets this only on sockets that name their protocol, which these do not. Without it each answer on a
    # connection that is kept waits 40 ms for the client's acknowledgement of its own headers.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def serve(app: FastAPI, listener: socket.socket) -> None:
    """Serve until SIGINT or SIGTERM."""
    config = uvicorn.Config(
        app,
        http=DroppingProtocol,
        ws="none",
        access_log=False,
        log_level="warning",
        timeout_keep_alive=75,  # as long as real providers, so that clients seldom meet a closing connection
        timeout_graceful_shutdown=1,  # a fault may delay an answer by minutes
    )
    uvicorn.Server(config).run(sockets=[listener])
