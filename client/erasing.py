"""All that is known of a person: shown on request, and removed for good."""

from datetime import datetime
from typing import Any

from sqlmodel import Session

from domain.errors import Gone, Misconfigured, NotFound
from models import crowd, erasure, outbox
from models.database import Database
from models.outbox import Telling

NO_KEY = "set HOMING_HASH_KEY first, to a long random text that stays: nobody could be kept from coming back without"


def erase(database: Database, user_id: str, key: str | None, now: datetime) -> str | None:
    """Remove everything of a person, and have their workflows ended; under which id, None if they are gone already.

    Raises NotFound for somebody who was never known, Misconfigured without a key.
    """
    if not key:
        raise Misconfigured(NO_KEY)
    with database.session() as session:
        user = crowd.look(session, [user_id])[user_id].user
        if not crowd.hold(session, [user], to_remove=True):
            _check_erased(session, user_id, key)
            return None
        workflows = erasure.workflows(session, user)
        erasure.remove(session, key, user, erasure.previous_ids(session, user), now)
        outbox.add(session, [Telling(user, "erase", workflow_id) for workflow_id in workflows])
        return user


def export(database: Database, user_id: str, key: str | None) -> dict[str, Any]:
    """All rows about a person, by table. Raises NotFound, or Gone if they were erased."""
    with database.session() as session:
        user = crowd.look(session, [user_id])[user_id].user
        found = erasure.everything(session, user)
        if not found["people"]:
            if key and erasure.erased(session, key, [user_id]):
                raise Gone(f"{user_id} was erased, on request; nothing is kept of them any more")
            raise NotFound(f"nobody is known by the id {user_id}")
        return {"user_id": user, **found}


def _check_erased(session: Session, user_id: str, key: str) -> None:
    if not erasure.erased(session, key, [user_id]):
        raise NotFound(f"nobody is known by the id {user_id}")
