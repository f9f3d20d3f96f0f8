"""Guesses and replays, many at once, on real PostgreSQL: judged five times, and accepted once."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest

from client.verifying.inputs import CodeAsked
from client.verifying.opening import Opened
from domain.errors import Conflict, HomingError, Refused, TooMany
from domain.verification.life import MOST_CHECKS, VALID_FOR, State
from domain.verification.refusals import WrongCode
from models import failures
from tests.verification.place import MAILBOX, PHONE, Books

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
THREADS = 16


def begin(books: Books, now: datetime = NOW, **asked: object) -> str:
    """A verification whose code is on its way."""
    opened = books.opening.begin(CodeAsked.model_validate({"to": PHONE, "purpose": "login", **asked}), now)
    assert isinstance(opened, Opened)
    return opened.view.id


def wrong(books: Books, verification: str) -> str:
    """A code that is not it."""
    return f"{(int(books.code(verification)) + 1) % 1_000_000:06}"


def outcome(check: Callable[[], object]) -> str:
    """What a check led to."""
    try:
        check()
    except HomingError as error:
        return type(error).__name__
    return "approved"


def all_at_once(checks: list[Callable[[], object]]) -> Counter[str]:
    """Run them in threads that begin together."""
    together = Barrier(THREADS)

    def begin_together() -> None:
        together.wait(timeout=10)

    with ThreadPoolExecutor(THREADS, initializer=begin_together) as threads:
        return Counter(threads.map(outcome, checks))


def test_of_ten_thousand_guesses_at_once_five_are_judged(books: Books) -> None:
    """Every one of them is another code; the right one among them is one of 10,000, and 5 in 10^6 is what it has."""
    verification = begin(books)
    code = int(books.code(verification))
    guesses = [f"{(code + 1 + step) % 1_000_000:06}" for step in range(10_000)]
    check = books.judging.check
    found = all_at_once([lambda guess=guess: check(verification, guess, NOW, NOW) for guess in guesses])  # type: ignore[misc]
    assert found["approved"] == 0
    assert 1 <= found["WrongCode"] <= MOST_CHECKS
    assert found["WrongCode"] + found["TooMany"] == 10_000
    assert books.row(verification).checks == found["WrongCode"]


def test_of_many_guesses_that_are_patient_five_are_judged(books: Books) -> None:
    """Who waits out each pause gets no more than five tries at one code."""
    verification = begin(books)
    guess, now, seen = wrong(books, verification), NOW, list[str]()
    for _ in range(20):
        now += timedelta(seconds=20)
        seen.append(outcome(lambda: books.judging.check(verification, guess, now, now)))  # noqa: B023  called at once
    assert Counter(seen) == {"WrongCode": MOST_CHECKS, "TooMany": 15}
    assert books.row(verification).state == State.FAILED
    assert books.row(verification).secret == ""


def test_a_right_code_replayed_at_once_is_accepted_once(books: Books) -> None:
    """As when a form is sent twice, or somebody listens in."""
    verification = begin(books)
    code = books.code(verification)
    found = all_at_once([lambda: books.judging.check(verification, code, NOW, NOW)] * 500)
    assert found == {"approved": 1, "Conflict": 499}


def test_a_right_code_beside_a_wrong_one_is_approved(books: Books) -> None:
    """Two browsers in the same moment: the one that came second was judged first, and the other has not to wait."""
    verification = begin(books)
    code, bad = books.code(verification), wrong(books, verification)
    assert outcome(lambda: books.judging.check(verification, bad, NOW + timedelta(milliseconds=3), NOW)) == "WrongCode"
    assert outcome(lambda: books.judging.check(verification, code, NOW, NOW)) == "approved"


def test_a_link_pressed_at_once_is_accepted_once(books: Books) -> None:
    """The same for links."""
    verification = begin(books, to=MAILBOX, link=True)
    row = books.row(verification)
    token = books.judging._vault.token(verification, "email", row.expires_real_at, row.purpose)
    found = all_at_once([lambda: books.judging.confirm(token, NOW, NOW)] * 200)
    assert found == {"approved": 1, "Conflict": 199}


def test_many_verifications_of_one_account_give_a_hundred_guesses_in_all(books: Books) -> None:
    """NIST 800-63B: 100 failures in a row, however they are spread; then only an operator lets them in again."""
    now, judged = NOW, 0
    for _ in range(400):
        now += timedelta(hours=2)
        opened = books.opening.begin(CodeAsked(to=PHONE, purpose="login"), now)
        assert isinstance(opened, Opened)
        guess = wrong(books, opened.view.id)
        tries = [outcome(lambda: books.judging.check(opened.view.id, guess, now, now)) for _ in range(6)]  # noqa: B023
        judged += tries.count("WrongCode")
        if not tries.count("WrongCode"):
            break
    assert judged == 100
    later = now + timedelta(days=365)
    last = begin(books, later)
    with pytest.raises(TooMany, match="an operator has to unlock") as refused:
        books.judging.check(last, books.code(last), later, later)
    assert refused.value.wait > timedelta(0)
    assert books.judging.unlock(books.row(last).account, "operator", "called us", later) == 100
    assert outcome(lambda: books.judging.check(last, books.code(last), later, later)) == "approved"


def test_a_right_code_ends_the_count(books: Books) -> None:
    """In a row: a person who mistypes now and then is never locked out."""
    verification = begin(books)
    assert outcome(lambda: books.judging.check(verification, wrong(books, verification), NOW, NOW)) == "WrongCode"
    assert outcome(lambda: books.judging.check(verification, books.code(verification), NOW, NOW)) == "approved"
    with books.database.session() as session:
        known = failures.look(session, books.row(verification).account, "contact")
    assert known
    assert known.failures == 0


@pytest.mark.parametrize(
    ("after", "becomes"),
    [
        (timedelta(0), "approved"),
        (VALID_FOR - timedelta(microseconds=1), "approved"),
        (VALID_FOR, "Refused"),  # ten minutes are over when they are over
        (VALID_FOR + timedelta(days=1), "Refused"),
        (-timedelta(minutes=1), "approved"),  # another process's clock is behind
    ],
)
def test_a_code_is_good_for_ten_minutes(books: Books, after: timedelta, becomes: str) -> None:
    """To the microsecond, whether or not its workflow has noted the end."""
    verification = begin(books)
    code = books.code(verification)
    assert outcome(lambda: books.judging.check(verification, code, NOW + after, NOW)) == becomes


def test_a_decoy_is_never_right(books: Books) -> None:
    """Not even by its own code, which nobody was sent."""
    verification = begin(books, to=None, user_id="nobody-at-all")
    assert books.row(verification).decoy
    assert outcome(lambda: books.judging.check(verification, books.code(verification), NOW, NOW)) == "WrongCode"


def test_what_is_over_costs_no_lock(books: Books) -> None:
    """A flood of guesses at what is over waits for nobody: here somebody holds the account all the while."""
    verification = begin(books)
    code = books.code(verification)
    books.judging.check(verification, code, NOW, NOW)
    with books.database.session() as session:
        failures.hold(session, books.row(verification).account, "contact", NOW)
        with pytest.raises(Conflict):
            books.judging.check(verification, code, NOW, NOW)


def test_a_token_is_bound_to_its_purpose_and_end(books: Books) -> None:
    """A link to sign up does not confirm a payment, and one that was altered confirms nothing."""
    verification = begin(books, to=MAILBOX, link=True, purpose="signup")
    row, vault = books.row(verification), books.judging._vault
    good = vault.token(verification, "email", row.expires_real_at, "signup")
    other = vault.token(verification, "email", row.expires_real_at, "payment")
    longer = vault.token(verification, "email", row.expires_real_at + timedelta(days=1), "signup")
    for bad in (other, good[:-2] + "AA", good + "A" * 60, "", "%", good[5:]):
        with pytest.raises(Refused):
            books.judging.purpose_of(bad, NOW)
    with pytest.raises(Refused):
        books.judging.confirm(longer, NOW + VALID_FOR, NOW)
    assert books.judging.purpose_of(good, NOW) == "signup"


def test_wrong_codes_say_how_many_tries_are_left(books: Books) -> None:
    """One line for people."""
    assert str(WrongCode(1)).endswith("one try is left")
    assert str(WrongCode(0)).endswith("start a new verification")
