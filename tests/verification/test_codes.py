"""A code's way: asked for, sent, typed in."""

import asyncio
from typing import Any

import pytest
from sqlmodel import col, select

from client.inputs import Happened, Merged, Profile
from domain.delivery import MessageState
from models import events, people
from models.messages import Message
from tests.verification.place import MAILBOX, PHONE, Place


async def until_sent(place: Place, channel: str, count: int = 1) -> str:
    """Wait for a channel to carry so many; the last code."""
    async with asyncio.timeout(10):
        while len(place.channels[channel].taken) < count:  # noqa: ASYNC110  other threads fill it
            await asyncio.sleep(0.02)
    return place.codes(channel)[-1]


async def until_settled(place: Place, count: int) -> list[Message]:
    """Wait for the books to have so many settled messages; all of them, oldest first."""
    async with asyncio.timeout(10):
        while True:
            with place.books.database.session() as session:
                rows = list(session.exec(select(Message).order_by(col(Message.reserved_real_at))))
            if sum(row.settled_at is not None for row in rows) >= count:
                return rows
            await asyncio.sleep(0.02)


async def sign_up(place: Place, name: str = "alice", **person: Any) -> str:
    """One of the cast signs up; the user id."""
    user = place.api.user(name)
    known = {"user_id": user, "phone": PHONE, "email": MAILBOX, "locale": "pt-BR", "signup": False}
    await place.parts.homing.take([Profile.of({**known, **person})], strangers=False)
    return user


async def test_a_code_is_sent_and_approved_once(place: Place) -> None:
    """The whole way, as a backend service sees it."""
    made = await place.begin(purpose="signup")
    assert (made["status"], made["channel"], made["checks_left"], made["resends_left"]) == ("pending", "sms", 5, 4)
    code = await until_sent(place, "sms")
    [message] = place.channels["sms"].taken
    assert message.to == PHONE
    assert message.text.endswith(f"@acme.example #{code}")
    begun = (await place.handle(made["id"]).describe()).raw_description.workflow_execution_info
    assert begun.priority.priority_key == 1  # before all that is in no hurry
    assert (await place.check(made["id"], f" {code[:3]}-{code[3:]} ")).json() == {"status": "approved"}
    again = await place.check(made["id"], code)
    assert (again.status_code, again.json()["type"]) == (409, "urn:homing:problem:conflict")
    assert (await place.api.call("GET", f"/v1/verifications/{made['id']}")).json()["status"] == "approved"


async def test_a_wrong_code_says_how_many_tries_are_left(place: Place) -> None:
    """And the fifth ends it; the right code comes too late then."""
    made = await place.begin(to=MAILBOX)
    code = await until_sent(place, "email")
    wrong = f"{(int(code) + 1) % 1_000_000:06}"
    left = []
    for _ in range(5):
        place.age(minutes=2)  # the pauses after wrong codes
        answer = await place.check(made["id"], wrong)
        assert (answer.status_code, answer.json()["type"]) == (403, "urn:homing:problem:wrong-code")
        left.append(answer.json()["checks_left"])
    assert left == [4, 3, 2, 1, 0]
    place.age(minutes=2)
    late = await place.check(made["id"], code)
    assert (late.status_code, int(late.headers["Retry-After"]) > 0) == (429, True)


async def test_a_users_own_address_is_verified_and_the_event_is_taken_in(place: Place) -> None:
    """Journeys can wait for `phone_verified`; the address knows since when it is known to be theirs."""
    user = await sign_up(place)
    made = await place.begin(to=None, user_id=user, channels=["sms"], purpose="signup")
    code = await until_sent(place, "sms")
    assert "use no Acme" in place.channels["sms"].taken[0].text  # the person's language
    assert (await place.check(made["id"], code)).status_code == 200
    with place.books.database.session() as session:
        [happened] = [one for one in events.events_of(session, user) if one.name.endswith("_verified")]
        verified = {row.channel for row in session.exec(select(people.Address)) if row.verified_at}
    assert (happened.name, happened.properties) == ("phone_verified", {"purpose": "signup"})
    assert verified == {"sms", "whatsapp", "voice"}  # one number, three channels


async def test_a_new_address_is_not_verified(place: Place) -> None:
    """What was shown of the old number says nothing of the new one."""
    user = await sign_up(place)
    made = await place.begin(to=None, user_id=user, channels=["sms"])
    await place.check(made["id"], await until_sent(place, "sms"))
    await sign_up(place, phone="+14155550199")
    with place.books.database.session() as session:
        assert not [row for row in session.exec(select(people.Address)) if row.verified_at]


async def test_the_same_code_is_sent_again_and_counted(place: Place) -> None:
    """A person who looks at the first message has the right code all the same."""
    made = await place.begin()
    code = await until_sent(place, "sms")
    early = await place.post(f"/{made['id']}/resend")
    assert (early.status_code, 0 < int(early.headers["Retry-After"]) <= 30) == (429, True)
    place.age(seconds=31)
    again = (await place.post(f"/{made['id']}/resend")).json()
    assert again["resends_left"] == 3
    assert await until_sent(place, "sms", 2) == code
    rows = await until_settled(place, 2)
    assert [(row.pass_number, row.state) for row in rows] == [(1, MessageState.ACCEPTED), (2, MessageState.ACCEPTED)]
    assert len({row.id for row in rows}) == 2


async def test_another_channel_gets_it_when_the_person_wishes(place: Place) -> None:
    """The same number, so the same code; a mailbox gets one of its own, and a right code tells which was read."""
    user = await sign_up(place)
    made = await place.begin(to=None, user_id=user, channels=["sms", "whatsapp", "email"])
    by_sms = await until_sent(place, "sms")
    place.age(minutes=1)
    await place.post(f"/{made['id']}/resend", {"channel": "whatsapp"})
    assert await until_sent(place, "whatsapp") == by_sms
    assert (await place.post(f"/{made['id']}/resend", {"channel": "email"})).status_code == 200
    by_mail = await until_sent(place, "email")
    assert by_mail != by_sms
    assert (await place.check(made["id"], by_mail)).status_code == 200
    with place.books.database.session() as session:
        verified = {row.channel for row in session.exec(select(people.Address)) if row.verified_at}
    assert verified == {"email"}


async def test_what_is_taken_back_is_right_no_more(place: Place) -> None:
    """Repeating it is no error."""
    made = await place.begin()
    code = await until_sent(place, "sms")
    for _ in range(2):
        assert (await place.post(f"/{made['id']}/cancel")).json()["status"] == "canceled"
    assert (await place.check(made["id"], code)).status_code == 403
    assert (await place.post(f"/{made['id']}/resend")).status_code == 409


async def test_a_newer_one_ends_the_older(place: Place) -> None:
    """One account, one good code at a time: otherwise each one more would be one more to guess."""
    old = await place.begin(purpose="login")
    code = await until_sent(place, "sms")
    place.age(minutes=1)
    await place.begin(purpose="login")
    assert (await place.check(old["id"], code)).status_code == 403


async def test_a_link_confirms_by_its_button_only(place: Place) -> None:
    """The scanner of a mail server opens every link, twice."""
    made = await place.begin(to=MAILBOX, link=True, purpose="signup")
    await until_sent(place, "email")
    text = place.channels["email"].taken[0].text
    path = text.split("https://homing.example")[1].split()[0].rstrip(")")
    for _ in range(2):
        page = await place.api.call("GET", path, key="", headers={"Accept-Language": "tr"})
        assert (page.status_code, "Evet, onayla" in page.text) == (200, True)
    assert (await place.api.call("GET", f"/v1/verifications/{made['id']}")).json()["status"] == "pending"
    done = await place.api.call("POST", path, key="", headers={"Content-Type": "application/x-www-form-urlencoded"})
    assert (done.status_code, "Confirmed" in done.text) == (200, True)
    assert (await place.api.call("GET", f"/v1/verifications/{made['id']}")).json()["status"] == "approved"
    forged = path[:-1] + ("A" if path[-1] != "A" else "B")
    assert (await place.api.call("POST", forged, key="")).status_code == 410


@pytest.mark.parametrize(
    "wrong", [{}, {"to": "nobody"}, {"to": PHONE, "user_id": "u-1"}, {"to": PHONE, "channels": ["email"]}]
)
async def test_nonsense_is_refused(place: Place, wrong: dict[str, Any]) -> None:
    """With a line about it, and never the address."""
    answer = await place.post("", wrong)
    assert answer.status_code == 422
    assert PHONE not in answer.text


def everything(place: Place) -> str:
    """All that PostgreSQL holds, as text."""
    tables = "select tablename from pg_tables where schemaname = 'public'"
    with place.books.database.session() as session:
        connection = session.connection()
        found = connection.exec_driver_sql(tables).scalars().all()
        rows = [f"select coalesce(json_agg(t)::text, '') from \"{table}\" as t" for table in found]
        return "".join(str(connection.exec_driver_sql(one).scalar()) for one in rows)


async def test_no_code_is_kept_anywhere(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    """Not in PostgreSQL, not in Temporal's history, not in the log: only sealed, or as a keyed hash."""
    user = await sign_up(place)
    made = await place.begin(to=None, user_id=user, channels=["sms"])
    code = await until_sent(place, "sms")
    await place.check(made["id"], f"{(int(code) + 1) % 1_000_000:06}")
    place.age(minutes=1)
    await place.post(f"/{made['id']}/resend")
    await until_sent(place, "sms", 2)
    history = (await place.handle(made["id"]).fetch_history()).to_json()
    dump = everything(place)
    log = "".join(capsys.readouterr())
    for where in (dump, history, log):
        assert where
        assert code not in where
    for where in (history, log):
        assert PHONE not in where


async def test_an_erased_person_leaves_no_verification(place: Place) -> None:
    """Their addresses stand in it. What is handed out to them before holds no secret."""
    user = await sign_up(place)
    made = await place.begin(to=None, user_id=user)
    await until_sent(place, "sms")
    await until_settled(place, 1)
    exported = (await place.api.call("GET", f"/v1/users/{user}/export")).json()
    [told] = exported["verifications"]
    assert told["id"] == made["id"]
    assert not {"secret", "hashes"} & told.keys()
    assert (await place.api.call("DELETE", f"/v1/users/{user}")).status_code == 202
    assert PHONE not in everything(place)
    assert (await place.api.call("GET", f"/v1/verifications/{made['id']}")).status_code == 404


async def test_somebody_who_was_merged_is_reached_under_the_old_id(place: Place) -> None:
    """A service that still knows the anonymous id of a visitor gets the person's address verified."""
    user, visitor = place.api.user("alice"), place.api.user("visitor")
    await place.parts.homing.take([Happened(user_id=visitor, name="visited")], strangers=True)
    await sign_up(place, signup=True)
    await place.parts.homing.take([Merged(previous_id=visitor, user_id=user)], strangers=False)
    made = await place.begin(to=None, user_id=visitor, channels=["sms"])
    assert (await place.check(made["id"], await until_sent(place, "sms"))).status_code == 200
    with place.books.database.session() as session:
        assert [one.name for one in events.events_of(session, user) if one.name == "phone_verified"]
