"""Who is signing up just now. A real product would keep this in its sessions."""

import secrets
from collections import OrderedDict
from dataclasses import dataclass, field
from uuid import uuid4

MOST = 1000


@dataclass
class Visit:
    """One visitor and how far they have come. The user id is made here: it is the product's own, and opaque."""

    name: str
    to: str
    channel: str
    locale: str
    user_id: str = field(default_factory=lambda: str(uuid4()))
    verification: str = ""
    welcome: bool = False
    app: str = ""


class Visits:
    """By a cookie that nobody can guess; the oldest are forgotten."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, Visit] = OrderedDict()

    def begin(self, visit: Visit) -> str:
        """The value of a new cookie."""
        cookie = secrets.token_urlsafe(24)
        self._known[cookie] = visit
        while len(self._known) > MOST:
            self._known.popitem(last=False)
        return cookie

    def find(self, cookie: str | None) -> Visit | None:
        """Whose cookie it is."""
        return self._known.get(cookie or "")
