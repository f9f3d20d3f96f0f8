"""A person's recovery codes: made with their first app, made anew on request, shown once."""

import secrets
from datetime import datetime

from sqlmodel import Session

from client.authenticators.vault import Vault, new_codes
from domain.authenticators.recovery import KEY_BYTES, digest, grouped
from domain.errors import Conflict
from models import audit, authenticators, recovery
from models.database import Database

NO_APP = "recovery codes stand in for an authenticator app, and none is confirmed; set one up first"


def ensure_codes(session: Session, vault: Vault, user_id: str, now: datetime) -> list[str]:
    """Ten codes for who has none; nothing for who was shown some."""
    return [] if recovery.find(session, user_id) else make_codes(session, vault, user_id, now)


def make_codes(session: Session, vault: Vault, user_id: str, now: datetime) -> list[str]:
    """Ten codes, as people are shown them; those before are good no more."""
    codes, key = new_codes(), secrets.token_bytes(KEY_BYTES)
    digests = [digest(key, code) for code in codes]
    recovery.replace(session, user_id, vault.seal_key(user_id, key), digests, now)
    return [grouped(code) for code in codes]


def regenerate(database: Database, vault: Vault, user_id: str, actor: str, now: datetime) -> list[str]:
    """Ten new codes. Raises Conflict for who has no app."""
    with database.session() as session:
        authenticators.hold(session, user_id)
        if not authenticators.confirmed(session, user_id):
            raise Conflict(NO_APP)
        audit.note(session, actor, "recovery_codes.made", user_id, now)
        return make_codes(session, vault, user_id, now)
