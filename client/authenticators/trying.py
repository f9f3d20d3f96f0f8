"""One try at a code: counted whether or not there is such an account, one after the other, and not too often."""

from collections.abc import Callable
from datetime import datetime, timedelta
from math import ceil
from typing import TypeVar

import structlog
from sqlmodel import Session

from domain.authenticators.patience import ENDED_FROM, LOCKED_FROM, Wait, wait
from domain.authenticators.typed import Kind, Typed, read
from domain.errors import BadInput, Refused, TooMany
from models import failures
from models.database import Database
from models.failures import CodeFailures

WRONG = "this code is wrong or was used already; wait for the app's next one, and see that the phone's clock is right"
WHAT = "code: give the six digits of an authenticator app, or a recovery code such as k3vd-7m0x-2hqp"
ALSO = "a recovery code may still be tried"
T = TypeVar("T")
log = structlog.get_logger()


def parse(text: str) -> Typed:
    """What somebody typed. Raises BadInput if it can be no code."""
    typed = read(text)
    if typed is None:
        raise BadInput(WHAT)
    return typed


def attempt(database: Database, user_id: str, kind: Kind, now: datetime, judge: Callable[[Session], T | None]) -> T:
    """What the judge finds; None from it is a wrong code. Raises Refused, or TooMany and then nothing was judged.

    The first look holds no lock: while a delay runs, a flood of guesses costs one read each and blocks nobody.
    """
    with database.session() as session:
        _be_patient(failures.look(session, user_id, kind), kind, now)
        held = failures.hold(session, user_id, kind, now)
        _be_patient(held, kind, now)
        before, found = held.failures, judge(session)
        if found is None or before:
            failures.count(session, held, before + 1 if found is None else 0, now)
    if found is None:
        _note(user_id, kind, before + 1)
        raise Refused(WRONG)
    return found


def _note(user_id: str, kind: Kind, wrong: int) -> None:
    """Operators hear of accounts that somebody guesses at."""
    if wrong in (LOCKED_FROM, ENDED_FROM):
        log.warning("codes.locked_out", user_id=user_id, kind=kind, wrong=wrong)


def _be_patient(known: CodeFailures | None, kind: Kind, now: datetime) -> None:
    rest = wait(known.failures, known.failed_real_at, now) if known else None
    if rest:
        raise TooMany(_how(rest, kind), rest.left)


def _how(rest: Wait, kind: Kind) -> str:
    if rest.until_unlocked:
        return f"too many wrong codes: an administrator has to unlock this account{_also(kind)}"
    return f"too many wrong codes: try again in {_spoken(rest.left)}{_also(kind)}"


def _also(kind: Kind) -> str:
    return f"; {ALSO}" if kind is Kind.APP else ""


def _spoken(left: timedelta) -> str:
    seconds = ceil(left.total_seconds())
    return f"{seconds} s" if seconds < 120 else f"{ceil(seconds / 60)} minutes"
