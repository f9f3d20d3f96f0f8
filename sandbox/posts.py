"""What providers have to tell their customer, kept beside the messages: a sandbox that was killed posts it later."""

import sqlite3
from collections.abc import Collection, Sequence
from typing import Any, Literal

from pydantic import BaseModel

# One of Twilio's webhooks, SendGrid's events, SendGrid's Inbound Parse, what a browser reports of a notification.
Kind = Literal["twilio", "events", "parse", "push"]

SCHEMA = """
CREATE TABLE IF NOT EXISTS posts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    due REAL NOT NULL,
    waiting INTEGER NOT NULL,
    document TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS posts_due ON posts (due) WHERE waiting;
"""


class Post(BaseModel):
    """One thing to tell: `content` goes to `url` at `due` (Unix seconds)."""

    id: int = 0
    kind: Kind
    url: str
    what: str  # such as delivered, open, answer
    message: int | None = None  # the message or the answer that it is about
    answer: int | None = None
    due: float
    content: dict[str, Any]
    signed: bool = True  # False: by a key that is not the account's
    tries: int = 0
    state: Literal["waiting", "taken", "given up"] = "waiting"
    status: int | None = None  # of the last answer, None without one


class Posts:
    """In the order in which they were planned. Used from one thread, the server's event loop."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._db.executescript(SCHEMA)

    def add(self, posts: Sequence[Post]) -> None:
        """Plan them, all or none."""
        rows = [(post.due, post.model_dump_json()) for post in posts]
        with self._db:
            self._db.execute("BEGIN")
            self._db.executemany("INSERT INTO posts (due, waiting, document) VALUES (?, 1, ?)", rows)

    def due(self, now: float, besides: Collection[int]) -> list[Post]:
        """What is to be posted now, without those that are under way."""
        rows = self._db.execute("SELECT id, document FROM posts WHERE waiting AND due <= ? ORDER BY due, id", (now,))
        return [_post(row) for row in rows.fetchall() if row[0] not in besides]

    def next_due(self, besides: Collection[int]) -> float | None:
        """When the next one is due."""
        rows = self._db.execute("SELECT id, due FROM posts WHERE waiting ORDER BY due, id LIMIT ?", (len(besides) + 1,))
        return next((due for number, due in rows.fetchall() if number not in besides), None)

    def save(self, post: Post) -> None:
        """Keep what became of one."""
        row = (post.due, post.state == "waiting", post.model_dump_json(), post.id)
        self._db.execute("UPDATE posts SET due = ?, waiting = ?, document = ? WHERE id = ?", row)

    def newest(self, limit: int) -> list[Post]:
        """The newest, in the order in which they were planned."""
        rows = self._db.execute("SELECT id, document FROM posts ORDER BY id DESC LIMIT ?", (limit,)).fetchall()
        return [_post(row) for row in reversed(rows)]

    def clear(self) -> None:
        """Forget all, also those that wait."""
        self._db.execute("DELETE FROM posts")


def _post(row: tuple[int, str]) -> Post:
    return Post.model_validate_json(row[1]).model_copy(update={"id": row[0]})
