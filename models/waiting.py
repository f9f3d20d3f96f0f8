"""Which messages of a person are held, one at most for each running enrollment: for who decides on the next one.

Written and read while the person's caps are held (`caps.hold`), so that nobody decides on old news.
"""

from typing import Any

from sqlalchemy import bindparam
from sqlmodel import Session, col, select, update

from domain.contact.priorities import STORED, Line, Waiting
from models.enrollments import Enrollment

OWN = {"enrollment", "journey"}  # columns of the row


HELD = select(Enrollment.id, Enrollment.journey, Enrollment.held).where(
    col(Enrollment.user_id) == bindparam("user"), col(Enrollment.ended_at).is_(None), col(Enrollment.held).is_not(None)
)


def line(session: Session, user_id: str, enrollment_id: str, pace: float) -> Line:
    """Who waits, as this enrollment sees it."""
    found = [_waiting(*row) for row in session.connection().execute(HELD, {"user": user_id})]
    mine = next((one for one in found if one.enrollment == enrollment_id), None)
    return Line(mine, [one for one in found if one is not mine], pace)


def note(session: Session, enrollment_id: str, one: Waiting | None) -> None:
    """Its message is held now, or none is."""
    held = STORED.dump_python(one, mode="json", exclude=OWN) if one else None
    session.execute(update(Enrollment).where(col(Enrollment.id) == enrollment_id).values(held=held))


def _waiting(enrollment: str, journey: str, held: dict[str, Any] | None) -> Waiting:
    return STORED.validate_python({**(held or {}), "enrollment": enrollment, "journey": journey}, strict=False)
