"""Who is meant: user ids as they are, anonymous ids in a room of their own, so that they can never be a user's."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from domain.errors import BadInput
from domain.identifiers import USER_ID, check_user_id

ANONYMOUS = "anon:"
HASHED = "anon:~"  # no id begins with ~, so none can be mistaken for a hash
LONGEST_MESSAGE_ID = 200
MAX_WHOLE = 2**63


def text_of(value: Any) -> str:
    """An id as text, whether it was sent as text or as a number; "" for none."""
    if value is None or isinstance(value, bool):
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, int | float) and abs(value) < MAX_WHOLE and value == int(value):
        return str(int(value))
    raise BadInput("an id must be text or a whole number")


def user_of(item: Mapping[str, Any]) -> str | None:
    """The known person that an item names, None if there is none. Raises BadInput for an id that is personal data."""
    given = text_of(item.get("userId"))
    return check_user_id(given) if given else None


def anonymous_of(item: Mapping[str, Any]) -> str | None:
    """The anonymous person that an item names, None if there is none."""
    given = text_of(item.get("anonymousId"))
    return anonymous(given) if given else None


def anonymous(given: str) -> str:
    """Our id of somebody whom a client knows by this anonymous id: the same for ever, and never personal data.

    >>> anonymous("3f0a-11")
    'anon:3f0a-11'
    >>> anonymous("alice@example.com")
    'anon:~ff8d9819fc0e12bf0d24892e45987e249a28dce8'
    """
    return ANONYMOUS + given if _is_opaque(given) else HASHED + sha256(_bytes(given)).hexdigest()[:40]


def person_of(item: Mapping[str, Any]) -> str:
    """The person an item is about: the known one, else the anonymous one. Raises BadInput if it names nobody."""
    person = user_of(item) or anonymous_of(item)
    if person is None:
        raise BadInput("userId or anonymousId is required")
    return person


def message_id_of(item: Mapping[str, Any]) -> str | None:
    """The item's own id, by which it is taken once; one that is too long, by its hash. None if it has none."""
    given = text_of(item.get("messageId"))
    if len(given) > LONGEST_MESSAGE_ID:
        return sha256(_bytes(given)).hexdigest()
    return given or None


def _is_opaque(given: str) -> bool:
    try:
        return bool(USER_ID.fullmatch(ANONYMOUS + check_user_id(given)))
    except BadInput:
        return False


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
