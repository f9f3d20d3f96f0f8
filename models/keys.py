"""Keys of the HTTP API. Of a secret only its hash is kept; it is shown once, to whoever makes the key."""

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlmodel import Field, Session, SQLModel, col, or_, select, update

from domain.errors import BadInput, NotFound
from domain.keys import ID_LENGTH, SECRET_LENGTH, KeyKind, KnownKey, Scope, digest, write_key
from domain.shown import shown
from models.base import instant, json_field

MAX_NAME = 64
USED_EVERY = timedelta(minutes=1)  # as exactly as the last use is known


class ApiKey(SQLModel, table=True):
    """One key. Several may have one name: while one is rotated, the old and the new one work side by side."""

    __tablename__ = "api_keys"

    id: str = Field(primary_key=True, max_length=ID_LENGTH)
    kind: str = Field(max_length=10)
    name: str = Field(max_length=MAX_NAME)
    secret_hash: str = Field(max_length=64)
    scopes: list[str] = json_field(list)
    created_real_at: datetime = instant()
    expires_real_at: datetime | None = instant(optional=True)
    revoked_real_at: datetime | None = instant(optional=True)
    last_used_real_at: datetime | None = instant(optional=True)

    def known(self) -> KnownKey:
        """As decisions see it."""
        ends = (self.expires_real_at, self.revoked_real_at)
        return KnownKey(self.id, KeyKind(self.kind), self.name, self.secret_hash, frozenset(self.scopes), *ends)


def create(
    session: Session, kind: KeyKind, name: str, scopes: Iterable[Scope], now: datetime, expires: datetime | None = None
) -> tuple[ApiKey, str]:
    """A new key, and its text with the secret, which nobody can ask for again. Raises BadInput."""
    if not name.strip() or len(name) > MAX_NAME or not name.isprintable():
        raise BadInput(f"a key needs a name of one line and at most {MAX_NAME} characters: who uses it, and for what")
    found = sorted(set(map(str, scopes)))
    if (kind is KeyKind.API) != bool(found):
        raise BadInput("an API key needs at least one scope, and a write key has none")
    secret = secrets.token_hex(SECRET_LENGTH // 2)
    row = ApiKey(
        id=secrets.token_hex(ID_LENGTH // 2),
        kind=kind,
        name=name,
        secret_hash=digest(secret),
        scopes=found,
        created_real_at=now,
        expires_real_at=expires,
    )
    session.add(row)
    return row, write_key(kind, row.id, secret)


def find(session: Session, key_id: str) -> ApiKey:
    """The key with this id. Raises NotFound."""
    row = session.get(ApiKey, key_id)
    if row is None:
        raise NotFound(f"there is no key {shown(key_id)}; see `starter.py keys list`")
    return row


def known(session: Session, key_id: str) -> KnownKey | None:
    """The key with this id, None if there is none."""
    row = session.get(ApiKey, key_id)
    return row.known() if row else None


def everyone(session: Session) -> list[ApiKey]:
    """All keys, also those that ended, by name and age."""
    return list(session.exec(select(ApiKey).order_by(col(ApiKey.name), col(ApiKey.created_real_at))))


def revoke(session: Session, key_id: str, now: datetime) -> ApiKey:
    """End a key at once; one that was revoked before keeps its time. Raises NotFound."""
    row = find(session, key_id)
    row.revoked_real_at = row.revoked_real_at or now
    session.add(row)
    return row


def revoke_named(session: Session, name: str, now: datetime) -> None:
    """End all keys of this name."""
    mine = update(ApiKey).where(col(ApiKey.name) == name, col(ApiKey.revoked_real_at).is_(None))
    session.execute(mine.values(revoked_real_at=now))


def rotate(session: Session, key_id: str, overlap: timedelta, now: datetime) -> tuple[ApiKey, str]:
    """A new key for the same use; the old one works on for `overlap`, and no longer. Raises NotFound, BadInput."""
    old = find(session, key_id)
    if old.revoked_real_at or (old.expires_real_at and old.expires_real_at <= now):
        raise BadInput(f"key {old.id} has ended; make a new one with `starter.py keys create`")
    made = create(session, KeyKind(old.kind), old.name, map(Scope, old.scopes), now)
    old.expires_real_at = min(filter(None, (old.expires_real_at, now + overlap)))
    session.add(old)
    return made


def touch(session: Session, key_id: str, now: datetime) -> None:
    """Note that a key is used, unless that was noted a moment ago."""
    before = or_(col(ApiKey.last_used_real_at).is_(None), col(ApiKey.last_used_real_at) < now - USED_EVERY)
    session.execute(update(ApiKey).where(col(ApiKey.id) == key_id, before).values(last_used_real_at=now))
