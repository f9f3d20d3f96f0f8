"""For who helps somebody that is locked out: what they have, and the two ways back in. Every deed is on record."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.authenticators.patience import wait
from domain.errors import NotFound
from models import audit, authenticators, failures, recovery
from models.authenticators import AuthenticatorDevice
from models.database import Database


@dataclass(frozen=True, slots=True)
class View:
    """What somebody has; the same emptiness for who has nothing and for who does not exist."""

    devices: list[AuthenticatorDevice]
    recovery_codes_left: int
    waits: dict[str, timedelta]  # by kind of code: how long none is judged


def view(database: Database, user_id: str, now: datetime) -> View:
    """What somebody has, and whether they are locked out."""
    with database.session() as session:
        rests = {row.kind: wait(row.failures, row.failed_real_at, now) for row in failures.of_person(session, user_id)}
        waits = {kind: rest.left for kind, rest in rests.items() if rest}
        return View(authenticators.of_person(session, user_id), recovery.left(session, user_id), waits)


def reset(database: Database, user_id: str, actor: str, reason: str, now: datetime) -> int:
    """Forget all apps, recovery codes and wrong codes of somebody who has lost them; how many apps there were.

    Raises BadInput without a reason, NotFound for who has nothing.
    """
    reason = audit.check_reason(reason)
    with database.session() as session:
        wrong = failures.forget(session, user_id)  # first, as whoever tries a code holds it first
        authenticators.hold(session, user_id)
        gone = authenticators.remove_all(session, user_id)
        recovery.remove(session, user_id)
        if not gone and not wrong:
            raise NotFound(f"{user_id} has no authenticator apps")
        audit.note(session, actor, "authenticators.reset", user_id, now, reason)
    return gone


def unlock(database: Database, user_id: str, actor: str, reason: str, now: datetime) -> int:
    """Let somebody try again who has mistyped too often; how many wrong codes there were. Raises BadInput."""
    reason = audit.check_reason(reason)
    with database.session() as session:
        wrong = failures.forget(session, user_id)
        audit.note(session, actor, "authenticators.unlocked", user_id, now, reason)
    return wrong
