"""Addresses to listen on, such as 127.0.0.1:8081."""

import errno
import socket

from domain.errors import Conflict, Misconfigured


def split(address: str, variable: str) -> tuple[str, int]:
    """Host and port. Raises Misconfigured naming the variable."""
    host, _, port = address.rpartition(":")
    if not host or not port.isascii() or not port.isdigit() or not 0 < int(port) < 65536:
        raise Misconfigured(f"{variable}: {address!r} is not host:port, such as 127.0.0.1:8081")
    return host.strip("[]"), int(port)


def listen(host: str, port: int, variable: str) -> socket.socket:
    """A listening socket. Raises Conflict if somebody has the port, such as a second worker on the same machine.

    Raises Misconfigured for a host that is not this machine's, or a port that it keeps for others.
    """
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        server = socket.create_server((host, port), family=family)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            message = f"{host}:{port} is in use, perhaps by another worker; give this one its own {variable}"
            raise Conflict(message) from error
        raise Misconfigured(f"{variable}: cannot listen on {host}:{port} ({_why(error)})") from error
    # Connections inherit it. asyncio sets it only where a socket names its protocol, and an answer's head and body
    # are two packets: the second one would wait 40 ms for the first to be acknowledged.
    server.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return server


def _why(error: OSError) -> str:
    return str(error.strerror).partition(" (while")[0]  # Python adds the address, which stands there already
