"""Every limit, met: a clear 429 with `Retry-After`, a trace, and nothing sent."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from sqlmodel import select

from client.verifying.inputs import CodeAsked
from client.verifying.opening import Opened
from domain.verification.life import MOST_SENDS
from domain.verification.pumping import ENOUGH
from domain.verification.refusals import Kind, Refusal
from models.sends import Alarm
from tests.verification.place import MAILBOX, PHONE, Books, Place, books_on

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
Asking = Callable[[int], dict[str, Any]]


def ask(books: Books, now: datetime, **asked: Any) -> Opened | Refusal:
    """Ask for a code."""
    return books.opening.begin(CodeAsked.model_validate({"purpose": "login", **asked}), now)


def number(index: int, area: str = "415") -> str:
    """A number that differs in its last four digits."""
    return f"+1{area}555{index:04}"


def spread(index: int) -> str:
    """Numbers of which no two are neighbours."""
    return f"+1{201 + index % 700}555{1000 + index:04}"


def mailboxes(index: int) -> dict[str, Any]:
    """A new mailbox each time, from one address."""
    return {"to": f"user{index}@example.com", "ip": "203.0.113.7"}


LIMITS: list[tuple[Kind, Asking, timedelta, int]] = [
    # what is limited, who asks how, at what pace, and how often that goes well
    (Kind.COOL_DOWN, lambda _: {"to": PHONE}, timedelta(seconds=1), 1),
    (Kind.CONTACT, lambda _: {"to": MAILBOX}, timedelta(minutes=5), 6),
    (Kind.CONTACT, lambda _: {"to": MAILBOX}, timedelta(minutes=30), 15),
    (Kind.BLOCK, lambda index: {"to": number(100 + index)}, timedelta(seconds=1), 30),
    (Kind.BLOCK, lambda index: {"to": number(100 + index)}, timedelta(minutes=3), 100),
    (Kind.CLIENT, mailboxes, timedelta(seconds=1), 30),
    (Kind.CLIENT, mailboxes, timedelta(minutes=3), 100),
    # IPv6: one home is one network
    (Kind.CLIENT, lambda i: {"to": f"u{i}@example.com", "ip": f"2001:db8::{i:x}"}, timedelta(seconds=1), 30),
]


@pytest.mark.parametrize(("kind", "asking", "pace", "most"), LIMITS)
def test_each_limit_stops_what_is_too_much(
    books: Books, monkeypatch: pytest.MonkeyPatch, kind: Kind, asking: Asking, pace: timedelta, most: int
) -> None:
    """Just as many as it says, then none until it says so, and then again."""
    monkeypatch.setattr("domain.verification.pumping.ENOUGH", 10_000)  # another test's
    now, good, refused = NOW, 0, None
    for index in count():
        answer = ask(books, now, **asking(index))
        if isinstance(answer, Refusal):
            refused = answer
            break
        good, now = good + 1, now + pace
    assert (good, refused and refused.kind) == (most, kind)
    assert refused
    assert refused.wait
    assert refused.wait > timedelta(0)
    assert isinstance(ask(books, now + refused.wait - timedelta(microseconds=1), **asking(most)), Refusal)
    assert isinstance(ask(books, now + refused.wait, **asking(most)), Opened)
    with books.database.session() as session:
        assert {alarm.kind for alarm in session.exec(select(Alarm))} == {kind}


def test_an_account_has_a_limit_over_all_its_addresses(books: Books) -> None:
    """Phone and mailbox in turn: ten an hour in all. Of somebody who does not exist as well, so that nothing shows."""
    good = [ask(books, NOW + timedelta(minutes=step * 5), user_id="nobody") for step in range(6)]
    by_mail = ask(books, NOW + timedelta(minutes=31), user_id="nobody", channels=["email"])
    assert all(isinstance(one, Opened) for one in good)
    assert isinstance(by_mail, Opened)
    for step in range(10):
        channel = ("sms", "email")[step % 2]
        last = ask(books, NOW + timedelta(minutes=32 + step * 2), user_id="nobody", channels=[channel])
    assert isinstance(last, Refusal)
    assert last.kind in (Kind.ACCOUNT, Kind.CONTACT)


def test_a_deployment_has_a_limit_in_all(books: Books) -> None:
    """So that a day of abuse costs no more than was decided."""
    small = books_on(books.database, per_minute=20)
    answers = [ask(small, NOW + timedelta(seconds=step), to=f"u{step}@example.com") for step in range(30)]
    refused = [one for one in answers if isinstance(one, Refusal)]
    assert (len(refused), {one.kind for one in refused}) == (10, {Kind.OVERALL})
    assert refused[0].wait == timedelta(seconds=40)


def test_a_verification_is_sent_five_times(books: Books) -> None:
    """With pauses that grow."""
    opened = ask(books, NOW, to=PHONE)
    assert isinstance(opened, Opened)
    now, waits = NOW, []
    for _ in range(MOST_SENDS - 1):
        refused = books.opening.again(opened.view.id, None, None, now)
        assert isinstance(refused, Refusal)
        assert refused.wait
        waits.append(refused.wait.total_seconds())
        now += refused.wait
        assert isinstance(books.opening.again(opened.view.id, None, None, now), Opened)
    assert waits == [30, 60, 120, 240]
    with books.database.session() as session:
        session.connection().exec_driver_sql("update code_sends set sent_real_at = sent_real_at - interval '1 hour'")
    last = books.opening.again(opened.view.id, None, None, now)
    assert isinstance(last, Refusal)
    assert last.kind is Kind.SENDS


@pytest.mark.parametrize("to", ["+628123456789", "+905321234567", "+8801712345678", "+80012345678", "+19005550123"])
def test_countries_are_closed_until_somebody_opens_them(books: Books, to: str) -> None:
    """Also numbers of no country, and numbers that cost whoever calls them."""
    refused = ask(books, NOW, to=to)
    assert isinstance(refused, Refusal)
    assert (refused.kind, refused.wait) == (Kind.COUNTRY, None)
    assert to not in refused.message


def pumped(books: Books, area: str, *, approved: int) -> Iterator[Opened | Refusal]:
    """Codes to numbers all over one area; some are typed in."""
    for index in range(ENOUGH + 10):
        now = NOW + timedelta(minutes=6) * index
        answer = ask(books, now, to=f"+1{area}{200 + index}{1000 + index}")
        if isinstance(answer, Opened) and index < approved:
            books.judging.check(answer.view.id, books.code(answer.view.id), now, now)
        yield answer


def test_a_range_that_nobody_types_codes_from_is_stopped(books: Books) -> None:
    """SMS pumping: many sends, few checks. The first refusal is an alarm; people elsewhere notice nothing."""
    answers = list(pumped(books, "212", approved=3))
    refused = [one for one in answers if isinstance(one, Refusal)]
    assert ENOUGH <= len(answers) - len(refused) <= ENOUGH + 2
    assert {one.kind for one in refused} == {Kind.PUMPING}
    assert [one.alert for one in refused] == [True] + [False] * (len(refused) - 1)
    assert refused[0].place == "+1212"
    later = NOW + timedelta(hours=6)
    assert isinstance(ask(books, later, to="+16505550123"), Opened)
    assert books.opening.resume("+1212", "operator", "a campaign on television", later)
    assert isinstance(ask(books, later, to="+12125550123"), Opened)


def test_a_range_of_people_stays_open(books: Books) -> None:
    """One in four typed in is little, and still people."""
    assert all(isinstance(one, Opened) for one in pumped(books, "213", approved=15))


def test_at_once_no_more_are_sent_than_one_after_another(books: Books) -> None:
    """Forty requests for one mailbox in the same moment: one code."""
    with ThreadPoolExecutor(16) as threads:
        answers = list(threads.map(lambda _: ask(books, NOW, to=MAILBOX), range(40)))
    assert sum(isinstance(one, Opened) for one in answers) == 1


async def test_a_limit_answers_429_with_retry_after(place: Place) -> None:
    """As a backend service meets it; metrics count it."""
    await place.begin(to=MAILBOX)
    answer = await place.post("", {"to": MAILBOX})
    assert (answer.status_code, answer.json()["type"]) == (429, "urn:homing:problem:too-many")
    assert 0 < int(answer.headers["Retry-After"]) <= 30
    metrics = (await place.api.call("GET", "/metrics")).text
    assert 'homing_verifications_total{about="cool_down",event="refused"} 1.0' in metrics
    assert 'homing_verifications_total{about="email",event="sent"} 1.0' in metrics
    country = await place.post("", {"to": "+628123456789"})
    assert (country.status_code, "ID" in country.json()["detail"]) == (422, True)


async def test_an_answer_does_not_tell_whether_somebody_exists(place: Place) -> None:
    """The same shape, the same words; and a wrong code is as wrong."""
    known = place.api.user("alice")
    person = {"email": MAILBOX, "channels": ["email"]}
    assert (await place.api.call("PUT", f"/v1/users/{known}", person)).status_code == 201
    place.channels["email"].taken.clear()
    answers = [await place.post("", {"user_id": user, "channels": ["email"]}) for user in (known, place.api.user("x"))]
    shapes = [{**one.json(), "id": "", "created_at": "", "expires_at": "", "resend_after": ""} for one in answers]
    assert shapes[0] == shapes[1]
    assert [one.status_code for one in answers] == [201, 201]
    checks = [await place.check(one.json()["id"], "000000") for one in answers]
    assert checks[0].json()["checks_left"] == checks[1].json()["checks_left"] == 4
    again = [await place.post(f"/{one.json()['id']}/resend") for one in answers]
    assert [one.status_code for one in again] == [429, 429]
