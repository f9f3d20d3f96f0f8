"""What the sandbox has accepted, kept in one SQLite file that survives a killed process."""

import sqlite3
from pathlib import Path
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from sandbox.twilio_addresses import split

ChannelName = Literal["sms", "whatsapp", "messenger", "email", "voice"]
TEXTS = frozenset({"sms", "whatsapp", "messenger"})

SCHEMA = """
CREATE TABLE IF NOT EXISTS messages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    channel TEXT NOT NULL,
    recipient TEXT NOT NULL,
    provider_id TEXT NOT NULL,
    document TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS messages_by_recipient ON messages (recipient, id);
CREATE INDEX IF NOT EXISTS messages_by_provider_id ON messages (provider_id);
"""

EVERYTHING = 2**62


def open_file(path: Path | str) -> sqlite3.Connection:
    """The file that all stores share."""
    db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    # With a write-ahead log, NORMAL loses nothing when the process is killed, only when the machine is.
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = NORMAL")
    return db


class Message(BaseModel):
    """One accepted message. `to` and `from` are bare addresses: the channel says how they were reached."""

    model_config = ConfigDict(populate_by_name=True)

    id: int = 0  # given by the store, in the order of arrival
    channel: ChannelName
    to: str
    sender: str | None = Field(alias="from")
    subject: str | None = None
    text: str | None = None
    html: str | None = None
    headers: dict[str, str] = {}
    provider_id: str
    time: AwareDatetime
    custom_args: dict[str, str] = {}
    categories: list[str] = []
    attachments: list[str] = []  # file names only
    status_callback: str | None = None
    status_callback_events: list[str] = []  # of a call
    language: str | None = None  # in which a call speaks
    keys_url: str | None = None  # where a key that is pressed during a call goes to
    messaging_service_sid: str | None = None
    num_media: int = 0
    content_sid: str | None = None  # of the approved words that it was sent in
    delivered_after: float = 2.0  # seconds; it leaves the provider after half of that
    ending: str | None = None  # what it ends as instead of delivered, such as undelivered or bounce
    error_code: int | None = None  # why, at Twilio
    reported: bool = True  # whether its provider tells what becomes of it; a mail server does not


class Store:
    """Accepted messages, oldest first. Used from one thread, the server's event loop."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._db.executescript(SCHEMA)

    def add(self, *messages: Message) -> list[Message]:
        """Keep the messages, all or none, with ids. They are on file when this returns, so answer only then."""
        with self._db:
            self._db.execute("BEGIN")
            return [message.model_copy(update={"id": self._insert(message)}) for message in messages]

    def _insert(self, message: Message) -> int | None:
        row = (message.channel, message.to, message.provider_id, message.model_dump_json(by_alias=True))
        insert = "INSERT INTO messages (channel, recipient, provider_id, document) VALUES (?, ?, ?, ?)"
        return self._db.execute(insert, row).lastrowid

    def messages(
        self, to: str | None = None, channel: str | None = None, since_id: int = 0, limit: int | None = None
    ) -> list[Message]:
        """The newest `limit` messages with an id above `since_id`, in the order of arrival.

        `to` without a prefix such as `whatsapp:` finds SMS, WhatsApp and calls alike, with it only WhatsApp.
        """
        if to:
            named, to = split(to)
            channel = named or channel
        rows = self._db.execute(
            "SELECT id, document FROM messages WHERE id > ? AND (? IS NULL OR recipient = ?)"
            " AND (? IS NULL OR channel = ?) ORDER BY id DESC LIMIT ?",
            (since_id, to, to, channel, channel, EVERYTHING if limit is None else limit),
        ).fetchall()
        return [_message(row) for row in reversed(rows)]

    def get(self, message_id: int) -> Message | None:
        """One message."""
        row = self._db.execute("SELECT id, document FROM messages WHERE id = ?", (message_id,)).fetchone()
        return _message(row) if row else None

    def with_provider_id(self, provider_id: str) -> Message | None:
        """The message that the provider's API knows by this id."""
        row = self._db.execute("SELECT id, document FROM messages WHERE provider_id = ?", (provider_id,)).fetchone()
        return _message(row) if row else None

    def clear(self) -> int:
        """Forget every message; return how many there were."""
        return self._db.execute("DELETE FROM messages").rowcount


def _message(row: tuple[int, str]) -> Message:
    return Message.model_validate_json(row[1]).model_copy(update={"id": row[0]})
