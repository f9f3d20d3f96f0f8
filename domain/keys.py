"""Keys of the HTTP API: how one is written, what it opens, and whether it is the one that was given out."""

import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class KeyKind(StrEnum):
    """Two kinds that never stand for each other: a write key lies in many places, an API key reads people."""

    API = "api"  # a backend service's, as a bearer token
    WRITE = "write"  # a source's of the Segment protocol: takes in, gives nothing out


class Scope(StrEnum):
    """What an API key opens."""

    READ = "people:read"
    WRITE = "people:write"  # people and what they do
    ERASE = "people:erase"
    COMMANDS = "commands"  # pause, resume, skip, exit
    AUTHENTICATORS = "authenticators"  # authenticator apps: set up, checked, given up; to reset them is for admins
    VERIFICATIONS = "verifications"  # one-time codes: sent, checked, taken back; to unlock an account is for admins
    VISITORS = "visitors"  # tokens for people's own browsers
    OUTBOX = "outbox"  # what could not be told to a workflow
    METRICS = "metrics"
    ADMIN = "admin"  # all of these


ID_LENGTH, SECRET_LENGTH = 12, 48  # hexadecimal digits: a secret of 192 bits, which needs no salt and no slow hash
WRITTEN = re.compile(rf"homing_(api|write)_([0-9a-f]{{{ID_LENGTH}}})_([0-9a-f]{{{SECRET_LENGTH}}})")
NOBODY = hashlib.sha256(b"").hexdigest()


@dataclass(frozen=True, slots=True)
class GivenKey:
    """A key as somebody shows it. Its text form hides the secret."""

    kind: KeyKind
    id: str
    secret: str

    def __repr__(self) -> str:
        return f"{self.kind} key {self.id}"


@dataclass(frozen=True, slots=True)
class KnownKey:
    """A key as it is kept: what it opens, and until when. Times are real ones."""

    id: str
    kind: KeyKind
    name: str
    secret_hash: str
    scopes: frozenset[str]
    expires_at: datetime | None = None
    revoked_at: datetime | None = None

    def opens(self, scope: Scope) -> bool:
        """Whether it has this scope."""
        return not {scope, Scope.ADMIN}.isdisjoint(self.scopes)


def write_key(kind: KeyKind, key_id: str, secret: str) -> str:
    """A key as it is handed to its owner."""
    return f"homing_{kind}_{key_id}_{secret}"


def read_key(text: str) -> GivenKey | None:
    """A key as its owner shows it, None if it cannot be one."""
    found = WRITTEN.fullmatch(text)
    return GivenKey(KeyKind(found[1]), found[2], found[3]) if found else None


def digest(secret: str) -> str:
    """What is kept of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def admits(known: KnownKey | None, given: GivenKey, now: datetime) -> bool:
    """Whether this is the key, and still one. It takes the same time for one that does not exist."""
    same = hmac.compare_digest(known.secret_hash if known else NOBODY, digest(given.secret))
    if known is None or not same or known.kind is not given.kind:
        return False
    ended = min((end for end in (known.expires_at, known.revoked_at) if end), default=None)
    return ended is None or now < ended
