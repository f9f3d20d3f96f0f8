"""A verification as it is shown: the same for everybody, whether there is anybody or not."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from domain.verification.life import MOST_CHECKS, State, state_at
from domain.verification.life import resends_left as left
from models import reserving
from models.verifications import Verification


@dataclass(frozen=True, slots=True)
class View:
    """Times are real ones. `channel` is that of the last send."""

    id: str
    status: State
    purpose: str
    channel: str
    created_at: datetime
    expires_at: datetime
    checks_left: int
    resends_left: int
    resend_after: datetime


def view(session: Session, row: Verification, channel: str, now: datetime) -> View:
    """As of now."""
    status = state_at(row.state, row.expires_real_at, now)
    pending = status is State.PENDING
    return View(
        id=row.id,
        status=status,
        purpose=row.purpose,
        channel=channel,
        created_at=row.created_real_at,
        expires_at=row.expires_real_at,
        checks_left=MOST_CHECKS - row.checks if pending else 0,
        resends_left=left(row.sends) if pending else 0,
        resend_after=reserving.resend_after(session, row, channel, now),
    )
