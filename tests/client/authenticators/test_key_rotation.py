"""Encryption keys change while people log in, and an old one can be thrown away."""

import pytest

from client.resealing import PAGE, Resealed, reseal
from domain.errors import Misconfigured
from models.sealed import COLUMNS
from runtime.sealing import Seals, new_key
from tests.client.authenticators.conftest import App, Desk


def done(results: list[Resealed]) -> dict[str, tuple[int, int]]:
    """By table: how many were sealed anew, and how many nobody can open."""
    return {one.place.table: (one.done, one.lost) for one in results if one.done or one.lost}


def test_after_resealing_the_old_key_is_needed_no_more(desk: Desk) -> None:
    """Codes and recovery codes from before are as good as ever."""
    app, shown = desk.confirmed("alice")
    old, new = desk.keys, new_key()
    desk.restart(f"{new},{old}")
    assert desk.guess("alice", app.code(desk.now)) == "right"  # before anything is sealed anew
    assert done(reseal(desk.database, Seals(f"{new},{old}"))) == {
        "authenticator_devices": (1, 0),
        "recovery_sets": (1, 0),
    }
    desk.restart(new)
    desk.later(seconds=30)
    assert [desk.guess("alice", app.code(desk.now)), desk.guess("alice", shown[0])] == ["right", "right"]


def test_without_resealing_it_is(desk: Desk) -> None:
    """Otherwise the test above would say nothing."""
    app, _ = desk.confirmed("alice")
    desk.restart(new_key())
    with pytest.raises(Misconfigured, match="add the key that was in use"):
        desk.check("alice", app.code(desk.now))


def test_what_is_used_while_it_is_sealed_anew_stays_used(desk: Desk) -> None:
    """Only the sealed column is touched."""
    app, _ = desk.confirmed("alice")
    code = app.code(desk.now)
    assert desk.guess("alice", code) == "right"
    reseal(desk.database, Seals(desk.keys))
    assert desk.guess("alice", code) == "Refused"


def test_what_no_key_opens_is_counted_and_left_alone(desk: Desk) -> None:
    """The rest is done; the operator adds the key and runs it again."""
    bobs, _ = desk.confirmed("bob")
    new, lost = new_key(), desk.keys
    desk.restart(new)
    desk.confirmed("alice")
    assert done(reseal(desk.database, Seals(new))) == {"authenticator_devices": (1, 1), "recovery_sets": (1, 1)}
    desk.restart(f"{new},{lost}")
    assert done(reseal(desk.database, Seals(f"{new},{lost}"))) == {
        "authenticator_devices": (2, 0),
        "recovery_sets": (2, 0),
    }
    desk.restart(new)
    assert desk.guess("bob", bobs.code(desk.now)) == "right"


def test_all_pages_are_sealed_anew(desk: Desk) -> None:
    """More rows than one transaction takes."""
    app = desk.enrol("alice")
    with desk.database.engine.begin() as connection:
        connection.exec_driver_sql(f"""
            insert into authenticator_devices (id, user_id, name, sealed, last_step, created_real_at)
            select to_char(number, 'FM0000000000000000'), 'alice', name, sealed, last_step, created_real_at
            from authenticator_devices, generate_series(1, {PAGE + 10}) as number
        """)
    before = {sealed for (sealed,) in desk.rows("select sealed from authenticator_devices")}
    assert done(reseal(desk.database, Seals(desk.keys))) == {"authenticator_devices": (PAGE + 11, 0)}
    after = {sealed for (sealed,) in desk.rows("select sealed from authenticator_devices")}
    assert len(after) == PAGE + 11
    assert not before & after
    desk.devices.confirm("alice", app.id, App(app.id, app.secret).code(desk.now), "key-1", desk.now)


def test_without_a_key_it_says_what_to_set(desk: Desk) -> None:
    """Nothing could be sealed with none."""
    with pytest.raises(Misconfigured, match="set HOMING_ENCRYPTION_KEYS, the new key first"):
        reseal(desk.database, Seals(None))


def test_every_sealed_column_is_in_the_list(desk: Desk) -> None:
    """A column that is forgotten would be lost with the old key."""
    found = desk.rows("""
        select table_name from information_schema.columns
        where table_schema = 'public' and column_name like '%%sealed%%' or column_name in ('secret', 'auth') order by 1
    """)
    assert {table for (table,) in found} == {place.table for place in COLUMNS}
