"""Where the in-app channel stores its messages; each call is one transaction."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from models import inbox
from models.database import Database
from models.inbox import Note


@dataclass(frozen=True, slots=True)
class StoredInboxes:
    """`channels.in_app.Inboxes` in PostgreSQL."""

    database: Database
    real_now: Callable[[], datetime]

    def put(self, message_id: str, title: str, text: str, link: str | None) -> bool:
        """Store it once, and tell the pages that are open."""
        with self.database.session() as session:
            return inbox.put(session, Note(message_id, title, text, link), self.real_now())

    def has(self, message_id: str) -> bool:
        """Whether it is stored."""
        with self.database.session() as session:
            return inbox.has(session, message_id)
