"""Setting authenticator apps up, giving them up, and what is kept of their secrets."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import cast
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from temporalio.client import Client

from client.authenticators import helping
from client.authenticators.devices import MOST, STALE
from client.homing import Homing
from client.inputs import Merged
from client.journeys import Journeys
from domain.clock import Clock
from domain.errors import BadInput, Conflict, HomingError, Misconfigured, NotFound, Refused, TooMany
from models import audit, erasure
from runtime.sealing import new_key
from tests.client.authenticators.conftest import Desk


def test_the_uri_names_product_account_and_secret(desk: Desk) -> None:
    """As the QR code carries it, also later as long as it is not confirmed."""
    enrolled = desk.devices.enrol("alice", "phone", "alice@example.com", desk.now)
    parts = urlsplit(enrolled.uri)
    assert unquote(parts.path) == "/Homing:alice@example.com"
    assert parse_qs(parts.query) == {"secret": [enrolled.secret], "issuer": ["Homing"]}
    assert len(enrolled.secret) == 32  # 160 bits
    assert desk.devices.uri("alice", enrolled.row.id, desk.now) == enrolled.uri


def test_neither_secret_nor_account_can_be_read_in_postgresql(desk: Desk) -> None:
    """They are sealed with a key that PostgreSQL never sees."""
    app, _ = desk.confirmed("alice")
    kept = f"{desk.rows('select * from authenticator_devices')}"
    assert app.secret not in kept
    assert "alice@example.com" not in kept


def test_a_secret_is_not_shown_again_once_the_app_is_confirmed(desk: Desk) -> None:
    """Nor ever to anybody else, nor after an hour."""
    app = desk.enrol("alice")
    with pytest.raises(NotFound, match="its secret is shown once"):
        desk.devices.uri("bob", app.id, desk.now)
    desk.devices.confirm("alice", app.id, app.code(desk.now), "key-1", desk.now)
    with pytest.raises(NotFound):
        desk.devices.uri("alice", app.id, desk.now)
    other = desk.enrol("alice")
    desk.later(hours=1, seconds=1)
    with pytest.raises(NotFound):
        desk.devices.uri("alice", other.id, desk.now)


def test_a_wrong_first_code_confirms_nothing_and_is_counted(desk: Desk) -> None:
    """By itself: somebody who sets up a second app with a wrong clock can still log in with the first."""
    first, _ = desk.confirmed("alice")
    app = desk.enrol("alice")
    for _ in range(3):
        with pytest.raises(Refused, match="clock is right"):
            desk.devices.confirm("alice", app.id, app.wrong(desk.now), "key-1", desk.now)
    with pytest.raises(TooMany):
        desk.devices.confirm("alice", app.id, app.code(desk.now), "key-1", desk.now)
    assert desk.guess("alice", first.code(desk.now)) == "right"
    assert [device.confirmed_real_at is None for device in desk.view("alice").devices] == [False, True]


def test_an_app_is_confirmed_once(desk: Desk) -> None:
    """The answer with the recovery codes is given to one of those who ask at once."""
    app = desk.enrol("alice")
    code = app.code(desk.now)

    def confirm(_: int) -> list[str] | type[HomingError]:
        try:
            return desk.devices.confirm("alice", app.id, code, "key-1", desk.now)
        except HomingError as error:
            return type(error)

    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(confirm, range(8)))
    assert sorted(len(one) for one in results if isinstance(one, list)) == [10]
    assert {one for one in results if not isinstance(one, list)} == {NotFound}


def test_an_app_that_was_never_confirmed_makes_room_after_an_hour(desk: Desk) -> None:
    """People close the page and begin anew."""
    stale = desk.enrol("alice")
    desk.later(hours=1, seconds=1)
    with pytest.raises(NotFound, match=STALE):
        desk.devices.confirm("alice", stale.id, stale.code(desk.now), "key-1", desk.now)
    desk.enrol("alice")
    assert stale.id not in {device.id for device in desk.view("alice").devices}


def test_nobody_has_more_than_ten(desk: Desk) -> None:
    """Also when they are set up at once."""

    def enrol(_: int) -> bool:
        try:
            desk.enrol("alice")
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(enrol, range(MOST + 6))) == MOST
    with pytest.raises(Conflict, match="remove one first"):
        desk.enrol("alice")


def test_whoever_has_an_app_is_not_merged_away_with_it(desk: Desk) -> None:
    """A source's write key lies in browsers: with an alias somebody could take another one's second factor off."""
    with desk.database.engine.begin() as connection:
        connection.exec_driver_sql("update people set identified = false where id = 'alice'")  # known by events only
    desk.enrol("alice")
    journeys = Journeys(cast(Client, None), Clock(), "nobody")  # nothing is told
    homing = Homing(desk.database, journeys, Clock(), hash_key=None)
    merged = Merged(previous_id="alice", user_id="bob", message_id="m-1")
    with pytest.raises(Conflict, match="only an anonymous one can be merged"):
        asyncio.run(homing.take([merged], strangers=False))
    assert len(desk.view("alice").devices) == 1


def test_only_known_people_set_apps_up(desk: Desk) -> None:
    """Whoever asks for that is logged in."""
    with pytest.raises(NotFound, match="sign them up first"):
        desk.enrol("nobody")


def test_an_app_is_given_up_by_its_owner_only(desk: Desk) -> None:
    """An id is not enough."""
    app, _ = desk.confirmed("alice")
    for user in ("bob", "nobody"):
        with pytest.raises(NotFound, match="there is no such authenticator app"):
            desk.devices.remove(user, app.id, "key-1", desk.now)
    desk.devices.remove("alice", app.id, "key-1", desk.now)
    assert desk.view("alice") == desk.view("nobody")


def test_a_reset_takes_everything_and_says_who_did_it_and_why(desk: Desk) -> None:
    """For somebody who has lost phone and paper; others keep theirs."""
    app, shown = desk.confirmed("alice")
    bobs, _ = desk.confirmed("bob")
    desk.guess("alice", app.wrong(desk.now))
    assert helping.reset(desk.database, "alice", "key-7", "showed a passport", desk.now) == 1
    assert desk.view("alice") == desk.view("nobody")
    assert [desk.guess("alice", app.code(desk.now)), desk.guess("alice", shown[0])] == ["Refused", "Refused"]
    assert desk.guess("bob", bobs.code(desk.now)) == "right"
    with desk.database.session() as session:
        entries = [(one.actor, one.action, one.reason) for one in audit.about(session, "alice")]
    assert entries == [("key-1", "authenticator.confirmed", ""), ("key-7", "authenticators.reset", "showed a passport")]


@pytest.mark.parametrize("reason", ["", "  ", "two\nlines", "x" * 201])
def test_a_reset_needs_a_reason_of_one_line(desk: Desk, reason: str) -> None:
    """And without one nothing is lost."""
    app, _ = desk.confirmed("alice")
    for way in (helping.reset, helping.unlock):
        with pytest.raises(BadInput, match="reason"):
            way(desk.database, "alice", "key-7", reason, desk.now)
    assert desk.guess("alice", app.code(desk.now)) == "right"


def test_a_reset_of_nothing_is_told(desk: Desk) -> None:
    """It is somebody else who called."""
    with pytest.raises(NotFound, match="bob has no authenticator apps"):
        helping.reset(desk.database, "bob", "key-7", "called us", desk.now)


def test_everything_goes_with_the_person(desk: Desk) -> None:
    """Erasure takes secrets and wrong codes along."""
    app, _ = desk.confirmed("alice")
    desk.guess("alice", app.wrong(desk.now))
    with desk.database.session() as session:
        erasure.remove(session, "key of the tests", "alice", [], desk.now)
    for table in ("authenticator_devices", "recovery_sets", "recovery_codes", "code_failures"):
        assert desk.rows(f"select * from {table}") == []


def test_what_is_handed_out_of_a_person_names_their_apps_and_holds_no_secret(desk: Desk) -> None:
    """Not even a sealed one."""
    desk.confirmed("alice")
    with desk.database.session() as session:
        found = erasure.everything(session, "alice")
    assert [device["name"] for device in found["authenticator_devices"]] == ["phone"]
    assert "sealed" not in f"{found}"


def test_without_keys_nothing_is_set_up_and_with_others_nothing_is_guessed(desk: Desk) -> None:
    """It is an operator's mistake and told as one, not as a wrong code."""
    app, _ = desk.confirmed("alice")
    for keys in ("", new_key()):
        desk.restart(keys)
        with pytest.raises(Misconfigured, match="HOMING_ENCRYPTION_KEYS"):
            desk.check("alice", app.code(desk.now))
    desk.restart("")
    with pytest.raises(Misconfigured, match="authenticator apps need HOMING_ENCRYPTION_KEYS"):
        desk.enrol("alice")
    assert desk.rows("select failures from code_failures where kind = 'app' and failures > 0") == []


def test_a_secret_that_was_moved_to_another_row_opens_nothing(desk: Desk) -> None:
    """Who can write to the table and owns an account cannot make their own app open somebody else's."""
    mallorys, _ = desk.confirmed("bob")
    desk.confirmed("alice")
    with desk.database.engine.begin() as connection:
        connection.exec_driver_sql(
            "update authenticator_devices set sealed = (select sealed from authenticator_devices where user_id = 'bob')"
        )
    with pytest.raises(Misconfigured, match="somebody has changed the table"):
        desk.check("alice", mallorys.code(desk.now))
