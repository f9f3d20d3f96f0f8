"""What people write back, kept beside the messages that they got."""

import sqlite3

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from sandbox.store import ChannelName

SCHEMA = "CREATE TABLE IF NOT EXISTS answers (id INTEGER PRIMARY KEY AUTOINCREMENT, document TEXT NOT NULL)"


class Answer(BaseModel):
    """A message from a person to us. `to` and `from` are bare addresses, as in `Message`."""

    model_config = ConfigDict(populate_by_name=True)

    id: int = 0
    channel: ChannelName
    sender: str = Field(alias="from")
    to: str
    subject: str | None = None
    text: str
    in_reply_to: int | None = None  # the message in whose place it was written
    provider_id: str
    time: AwareDatetime
    key: str | None = None  # of whoever may write it again


class Answers:
    """In the order in which they were written. Used from one thread, the server's event loop."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._db.execute(SCHEMA)

    def add(self, answer: Answer) -> Answer:
        """Keep one, and give it an id."""
        document = answer.model_dump_json(by_alias=True)
        row = self._db.execute("INSERT INTO answers (document) VALUES (?)", (document,))
        return answer.model_copy(update={"id": row.lastrowid})

    def with_key(self, key: str | None) -> Answer | None:
        """What was written under this key before."""
        return next((one for one in self.all() if key is not None and one.key == key), None)

    def newest(self, channel: str, sender: str) -> Answer | None:
        """What somebody wrote last."""
        return next((one for one in reversed(self.all()) if (one.channel, one.sender) == (channel, sender)), None)

    def all(self) -> list[Answer]:
        """All, oldest first."""
        rows = self._db.execute("SELECT id, document FROM answers ORDER BY id").fetchall()
        return [Answer.model_validate_json(document).model_copy(update={"id": number}) for number, document in rows]

    def clear(self) -> None:
        """Forget all."""
        self._db.execute("DELETE FROM answers")
