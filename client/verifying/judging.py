"""The transactions that judge: whether a code or a link is right, for the first time, and not tried too often.

All guesses at one account come one after another, because each holds its row of wrong codes; each uses up one of the
verification's five checks before it is looked at. The first look holds nothing: when all is over a flood of guesses
costs one read each and blocks nobody.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from domain.authenticators.patience import wait
from domain.delivery import ChannelName
from domain.errors import BadInput, Conflict, NotFound, Refused, TooMany
from domain.verification import links
from domain.verification.contacts import CONTACT_OF, PROVES, Contact
from domain.verification.life import MOST_CHECKS, State, after_wrong, cool_down, state_at
from domain.verification.refusals import MESSAGES, Kind, WrongCode
from domain.verification.vault import Vault
from models import audit, failures, people, sends, verifications
from models.database import Database
from models.failures import CodeFailures
from models.verifications import Verification

NO_LINK = "this link is not one of ours, or is no longer good; ask for a new one"
ENDED = {
    State.EXPIRED: "this code is no longer good; start a new verification",
    State.CANCELED: "this code was taken back or a newer one was asked for; use the newest",
}


@dataclass(frozen=True, slots=True)
class Approved:
    """It was right. With a user there is an event to be taken in, which tells what was proven."""

    verification: str
    user_id: str | None
    event: str
    purpose: str


class Judging:
    """Each method is one transaction, after a first look. `now` is real time, `journey_now` that of journeys."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault

    def check(self, verification_id: str, code: str, now: datetime, journey_now: datetime) -> Approved:
        """Judge a code. Raises NotFound, WrongCode, TooMany, Conflict if it was right before, Refused if it is over."""
        with self._database.session() as session:
            row = _open(verifications.find(session, verification_id), now)
            _be_patient(failures.look(session, *_account(row)), now)
        with self._database.session() as session:
            held = failures.hold(session, *_account(row), now)
            _be_patient(held, now)
            judged = verifications.judge(session, verification_id, now)
            if judged is None:
                raise _ended(verifications.find(session, verification_id), now)
            contact = self._vault.which(code, judged.id, judged.hashes)
            if contact and not judged.decoy:
                return _approve(session, held, judged, contact, now, journey_now)
            failures.count(session, held, held.failures + 1, now)
            if after_wrong(judged.checks) is State.FAILED:
                verifications.end(session, verification_id, State.FAILED, now)
        raise WrongCode(MOST_CHECKS - judged.checks)

    def confirm(self, text: str, now: datetime, journey_now: datetime) -> Approved:
        """Somebody has opened a link and pressed its button. Raises Refused, or Conflict if it was done before."""
        with self._database.session() as session:
            row, contact = self._linked(session, text, now)
            held = failures.hold(session, *_account(row), now)
            return _approve(session, held, row, contact, now, journey_now)

    def purpose_of(self, text: str, now: datetime) -> str:
        """What a link is for, while it is good. Nothing is used up. Raises as `confirm` does."""
        with self._database.session() as session:
            return self._linked(session, text, now)[0].purpose

    def reported(self, approved: Approved, now: datetime) -> None:
        """The event of it was taken in."""
        with self._database.session() as session:
            verifications.reported(session, approved.verification, now)

    def unlock(self, account: str, actor: str, reason: str, now: datetime) -> int:
        """Let an account try again that has tried too often; how many wrong codes there were. Raises BadInput."""
        if not reason.strip():
            raise BadInput("reason: say why, for the record")
        with self._database.session() as session:
            wrong = failures.forget(session, account)
            audit.note(session, actor, "verifications.unlocked", account, now, reason)
            return wrong

    def _linked(self, session: Session, text: str, now: datetime) -> tuple[Verification, str]:
        token = links.read(text)
        row = verifications.find(session, token.verification) if token else None
        if token is None or row is None or not self._vault.is_genuine(token, row.purpose) or now >= token.expires:
            raise Refused(NO_LINK)
        return _open(row, now), str(token.contact)


def _approve(
    session: Session, held: CodeFailures, row: Verification, contact: str, now: datetime, journey_now: datetime
) -> Approved:
    """Approve what is pending; only the first of two comes through."""
    if row.decoy or verifications.approve(session, row.id, contact, now) is None:
        raise _ended(verifications.find(session, row.id), now)
    if held.failures:
        failures.count(session, held, 0, now)
    sends.mark_approved(session, row.id)
    if row.user_id:
        of_it = {one for channel, one in row.addresses.items() if CONTACT_OF[ChannelName(channel)] == contact}
        for address in sorted(of_it):
            people.verify_address(session, row.user_id, address, journey_now)
    return Approved(row.id, row.user_id, PROVES[Contact(contact)], row.purpose)


def _account(row: Verification) -> tuple[str, str]:
    """By what wrong codes are counted: the user, or the contact point if there is none; and the kind of code."""
    return (row.user_id, "code") if row.user_id else (row.account, "contact")


def _be_patient(known: CodeFailures | None, now: datetime) -> None:
    rest = wait(known.failures, known.failed_real_at, now) if known else None
    if rest and rest.until_unlocked:
        raise TooMany("too many wrong codes in a row: an operator has to unlock this account", rest.left)
    if rest:
        raise TooMany("too many wrong codes in a row: nothing is judged for a while", rest.left)


def _open(row: Verification | None, now: datetime) -> Verification:
    if row is None or state_at(row.state, row.expires_real_at, now) is not State.PENDING:
        raise _ended(row, now)
    return row


def _ended(row: Verification | None, now: datetime) -> Exception:
    """What is said of a verification that is over."""
    if row is None:
        return NotFound("there is no such verification; start a new one")
    match state_at(row.state, row.expires_real_at, now):
        case State.APPROVED:
            return Conflict("this code was right, and was used already")
        case State.FAILED | State.PENDING:
            free = (row.ended_real_at or now) + cool_down(row.sends) - now
            return TooMany(MESSAGES[Kind.CHECKS], max(free, timedelta(seconds=1)))
        case ended:
            return Refused(ENDED[ended])
