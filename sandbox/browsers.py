"""Browsers that are none: each has keys as a real one has, and shows what it could decrypt."""

import json
import secrets
import sqlite3
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from pydantic import AwareDatetime, BaseModel

SCHEMA = """
CREATE TABLE IF NOT EXISTS browsers (id TEXT PRIMARY KEY, document TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS notifications (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    browser TEXT NOT NULL,
    topic TEXT NOT NULL,
    document TEXT NOT NULL
);
CREATE UNIQUE INDEX IF NOT EXISTS notifications_by_topic ON notifications (browser, topic);
"""


class Browser(BaseModel):
    """One that has allowed notifications; `owner` is whoever sits before it, for the page."""

    id: str
    owner: str
    server_key: str  # whose pushes it takes
    private: str
    auth: str
    gone: bool = False  # it has been closed for good

    @property
    def key(self) -> ec.EllipticCurvePrivateKey:
        """What messages are encrypted for."""
        return ec.derive_private_key(int.from_bytes(decoded(self.private)), ec.SECP256R1())

    def subscription(self, base_url: str) -> dict[str, Any]:
        """As a browser hands it out."""
        point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        keys = {"p256dh": encoded(point), "auth": self.auth}
        return {"endpoint": f"{base_url.rstrip('/')}/push/{self.id}", "expirationTime": None, "keys": keys}


class Notification(BaseModel):
    """One that is shown. A later push with the same topic takes its place."""

    id: int = 0
    browser: str
    owner: str
    topic: str
    title: str = ""
    text: str = ""
    link: str | None = None
    tag: str = ""
    receipt: dict[str, str] | None = None
    problem: str | None = None  # why the browser shows nothing of it
    pushes: int = 1
    ttl: int
    urgency: str
    time: AwareDatetime
    clicked: bool = False


class Browsers:
    """Browsers and what they show. Used from one thread, the server's event loop."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._db.executescript(SCHEMA)

    def subscribe(self, owner: str, server_key: str) -> Browser:
        """Somebody allows notifications."""
        private = ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value.to_bytes(32)
        made = Browser(
            id=f"b-{secrets.token_urlsafe(12)}",
            owner=owner,
            server_key=server_key.rstrip("="),
            private=encoded(private),
            auth=encoded(secrets.token_bytes(16)),
        )
        return self.save(made)

    def save(self, browser: Browser) -> Browser:
        """Keep it as it is now."""
        self._db.execute("INSERT OR REPLACE INTO browsers VALUES (?, ?)", (browser.id, browser.model_dump_json()))
        return browser

    def get(self, browser_id: str) -> Browser | None:
        """One browser."""
        row = self._db.execute("SELECT document FROM browsers WHERE id = ?", (browser_id,)).fetchone()
        return Browser.model_validate_json(row[0]) if row else None

    def all(self) -> list[Browser]:
        """All, the oldest first."""
        rows = self._db.execute("SELECT document FROM browsers ORDER BY rowid").fetchall()
        return [Browser.model_validate_json(row[0]) for row in rows]

    def show(self, notification: Notification) -> Notification:
        """Show it, in the place of one with the same topic if there is one."""
        known = (notification.browser, notification.topic)
        found = self._db.execute("SELECT id, document FROM notifications WHERE browser = ? AND topic = ?", known)
        if row := found.fetchone():
            before = Notification.model_validate_json(row[1])
            return self.change(notification.model_copy(update={"id": row[0], "pushes": before.pushes + 1}))
        insert = "INSERT INTO notifications (browser, topic, document) VALUES (?, ?, ?)"
        made = self._db.execute(insert, (*known, notification.model_dump_json()))
        return notification.model_copy(update={"id": made.lastrowid})

    def change(self, notification: Notification) -> Notification:
        """Keep one as it is now."""
        row = (notification.model_dump_json(), notification.id)
        self._db.execute("UPDATE notifications SET document = ? WHERE id = ?", row)
        return notification

    def notifications(self, owner: str | None = None) -> list[Notification]:
        """What is shown, the oldest first."""
        rows = self._db.execute("SELECT id, document FROM notifications ORDER BY id").fetchall()
        shown = [Notification.model_validate_json(text).model_copy(update={"id": number}) for number, text in rows]
        return [one for one in shown if owner in (None, one.owner)]

    def clear(self) -> None:
        """Forget what was shown; browsers stay."""
        self._db.execute("DELETE FROM notifications")


def decrypted(browser: Browser, body: bytes) -> dict[str, Any]:
    """What a push says. Raises ValueError for what this browser cannot read."""
    try:
        plain = http_ece.decrypt(body, private_key=browser.key, auth_secret=decoded(browser.auth), version="aes128gcm")
        found = json.loads(plain)
    except (http_ece.ECEException, ValueError, IndexError) as error:
        raise ValueError("the browser cannot decrypt this, or it is not JSON") from error
    if not isinstance(found, dict):
        raise ValueError("the browser expects an object")
    return found


def encoded(raw: bytes) -> str:
    """In base64url."""
    return urlsafe_b64encode(raw).decode().rstrip("=")


def decoded(text: str) -> bytes:
    """From base64url."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
