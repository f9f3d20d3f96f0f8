"""Addresses to listen on, such as 127.0.0.1:8081."""

import socket

from domain.errors import Conflict, Misconfigured


def split(address: str, variable: str) -> tuple[str, int]:
    """Host and port. Raises Misconfigured naming the variable."""
    host, _, port = address.rpartition(":")
    if not host or not port.isdigit() or not 0 < int(port) < 65536:
        raise Misconfigured(f"{variable}: {address!r} is not host:port, such as 127.0.0.1:8081")
    return host.strip("[]"), int(port)


def check_free(host: str, port: int, variable: str) -> None:
    """Raises Conflict if somebody listens there already, such as a second worker on the same machine."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            message = f"{host}:{port} is in use, perhaps by another worker; give this one its own {variable}"
            raise Conflict(message) from error
