"""Which paths ask for an API key, and what each may be sent. What is not said here is closed."""

from collections.abc import Sequence
from dataclasses import dataclass
from re import Pattern

from fastapi import APIRouter
from starlette.routing import Route

from api.bodies import MOST_BYTES


@dataclass(frozen=True, slots=True)
class Door:
    """A router. `own_lock`: it asks for something else than an API key, such as a signature, or for nothing.

    `any_type`: it reads bodies that are not JSON, or looks at their type itself. `any_site`: pages of other sites may
    call it from a browser.
    """

    router: APIRouter
    own_lock: bool = False
    any_type: bool = False
    any_site: bool = False
    most_bytes: int = MOST_BYTES


class Doors:
    """Answers what the middleware asks before a route is found."""

    def __init__(self, doors: Sequence[Door], open_paths: Sequence[str]) -> None:
        self._closed = Door(APIRouter())
        self._plain = dict.fromkeys(open_paths, Door(APIRouter(), own_lock=True))
        self._patterns: list[tuple[Pattern[str], Door]] = []
        for door in doors:
            for route in door.router.routes:
                if isinstance(route, Route):
                    self._add(route, door)

    def _add(self, route: Route, door: Door) -> None:
        if "{" in route.path:
            self._patterns.append((route.path_regex, door))
        else:
            self._plain[route.path] = door

    def own_lock(self, path: str) -> bool:
        """Whether no API key is asked for."""
        return self._of(path).own_lock

    def any_type(self, path: str) -> bool:
        """Whether bodies other than JSON pass."""
        return self._of(path).any_type

    def any_site(self, path: str) -> bool:
        """Whether pages of any site may call."""
        return self._of(path).any_site

    def limit(self, path: str) -> int:
        """How many bytes a body may have."""
        return self._of(path).most_bytes

    def _of(self, path: str) -> Door:
        found = self._plain.get(path)
        return found or next((door for pattern, door in self._patterns if pattern.match(path)), self._closed)
