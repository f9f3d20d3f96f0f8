"""Enrolling by name, and finding who is to be ordered about: short transactions of their own."""

from collections.abc import Callable
from datetime import datetime

from sqlmodel import Session

from client.batch import Hall
from client.library import Library
from domain.errors import BadInput, NotFound
from domain.machine.stimuli import Order
from domain.shown import shown
from models import crowd, enrollments, journeys, outbox
from models.crowd import DEFAULT_LOCALE, UNKNOWN_ZONE
from models.database import Database
from models.enrollments import Enrollment, Opened
from models.outbox import Telling

MAX_KEY = 128

__all__ = ["DEFAULT_LOCALE", "UNKNOWN_ZONE", "ask", "enter", "let_in"]


def enter(database: Database, user_id: str, journey: str, key: str, now: datetime) -> Opened:
    """Enroll a person, if the journey's re-entry rule allows; otherwise the enrollment they had last.

    Nobody is told: whoever asks starts the workflow.
    """
    with database.session() as session:
        return enrollments.open_newest(session, journey, user_id, key, now)


def let_in(
    database: Database, library: Library, user_id: str, journey: str, key: str, clock: Callable[[], datetime]
) -> str:
    """Enroll a person as `enter` does, and have the workflow started. Who it is, should they have been merged."""
    with database.session() as session:
        user = _held(session, user_id)
        edition = next((one for one in library.newest(session) if one.row.journey == journey), None)
        if edition is None:
            raise NotFound(f"journey {journey} is not published; run `starter.py journeys publish`")
        _check_key(key)
        hall = Hall(session, library, crowd.hold(session, [user]), clock(), lenient=False)
        fold = hall.fold_at((journey, user, key))
        fold.enter(user, edition, key, None)
        hall.write(fold.outcome)
        outbox.add(session, fold.outcome.tellings)
        return user


def ask(
    database: Database, user_id: str, journey: str | None, order: Order, reason: str, order_id: str
) -> tuple[str, dict[int, str]]:
    """Have an order told to a person's running journeys, or to one of them; who it is, and the workflow of each row."""
    with database.session() as session:
        user = _held(session, user_id)
        if journey is not None and journeys.newest(session, journey) is None:
            raise NotFound(f"there is no journey {shown(journey)}; see `starter.py journeys list`")
        rows = [row for row in enrollments.running(session, user) if journey in (None, row.journey)]
        if not rows:
            raise NotFound(f"{user_id} is in no running journey" + (f" {journey}" if journey else ""))
        payload = {"order": order, "reason": reason, "id": order_id}
        ids = outbox.add(session, [_telling(row, payload) for row in rows])
        return user, {one: row.workflow_id for one, row in zip(ids, rows, strict=True)}


def _telling(row: Enrollment, payload: dict[str, str]) -> Telling:
    return Telling(row.user_id, "order", row.workflow_id, row.id, dict(payload))


def _held(session: Session, user_id: str) -> str:
    """The person, who is held from now on."""
    user = crowd.look(session, [user_id])[user_id].user
    if not crowd.hold(session, [user]):
        raise NotFound(f"nobody is known by the id {user_id}")
    return user


def _check_key(key: str) -> None:
    if not key.isprintable() or "/" in key or len(key) > MAX_KEY:
        raise BadInput(f"the key of a journey must be one line of at most {MAX_KEY} characters, without a slash")
