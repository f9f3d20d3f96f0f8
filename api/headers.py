"""Reads headers of a request that no framework has looked at yet."""

from starlette.types import Scope


def header(scope: Scope, name: bytes) -> str:
    """The first header of this name, in lower case letters; empty if there is none."""
    found = next((value for given, value in scope["headers"] if given == name), b"")
    return str(found.decode("latin-1")).strip()
