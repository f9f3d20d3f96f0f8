"""Serves the signup page from a thread, so that it ends with the demo, however that ends."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI

HOST, FRIENDLY_PORT = "127.0.0.1", 8090
LOOK_EVERY_S = 0.01


@contextmanager
def serving(site: FastAPI) -> Iterator[str]:
    """The page's address, for as long as the block lasts."""
    with _listening() as listener:
        server = uvicorn.Server(uvicorn.Config(site, log_config=None, access_log=False, lifespan="off"))
        thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
        thread.start()
        while not server.started and thread.is_alive():
            time.sleep(LOOK_EVERY_S)
        try:
            yield f"http://{HOST}:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


def _listening() -> socket.socket:
    """On the friendly port, or on any that is free."""
    try:
        return socket.create_server((HOST, FRIENDLY_PORT))
    except OSError:
        return socket.create_server((HOST, 0))
