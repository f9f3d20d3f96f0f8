"""Claims of the outbox: one person at a time, everybody's turn, and as quick with much waiting as with little."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from sqlalchemy import event, text
from sqlmodel import Session

from models import claims, crowd, outbox, set_aside
from models.claims import Head
from models.database import Database
from models.outbox import Telling

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)


def fill(database: Database, *users: str) -> list[int]:
    """A row for each, in this order; its ids."""
    with database.session() as session:
        crowd.create(session, set(users), NOW)
        return outbox.add(session, [Telling(user, "event", f"w-{user}") for user in users])


def claim(session: Session, most: int = 10) -> Sequence[Head]:
    """As a relay does."""
    return claims.claim(session, claims.heads_from(session, "", most), most)


def test_only_the_oldest_row_of_a_person_is_claimed(database: Database) -> None:
    """So whoever has it has the person."""
    ids = fill(database, "bob", "alice", "bob", "alice")
    with database.session() as session:
        heads = claim(session)
        assert [(head.user_id, head.id) for head in heads] == [("alice", ids[1]), ("bob", ids[0])]
        rows = claims.read(session, heads, 10)
        assert {user: [row.id for row in mine] for user, mine in rows.items()} == {
            "alice": [ids[1], ids[3]],
            "bob": [ids[0], ids[2]],
        }


def test_what_one_has_claimed_nobody_else_gets(database: Database) -> None:
    """Nor what comes after it; until the one is done, or dies."""
    fill(database, "alice", "bob", "alice")
    with database.session() as one, database.session() as other:
        assert [head.user_id for head in claim(one, 1)] == ["alice"]
        assert [head.user_id for head in claim(other)] == ["bob"]
        one.rollback()
        assert [head.user_id for head in claim(other)] == ["alice", "bob"]


def test_a_refused_row_holds_its_person_back_until_it_is_set_aside(database: Database) -> None:
    """In between, the others go on; then the person's later rows do."""
    first, _, third = fill(database, "alice", "bob", "alice")
    for attempt in range(claims.MOST_ATTEMPTS):
        with database.session() as session:
            assert claims.refuse(session, first, "because") == (attempt + 1 == claims.MOST_ATTEMPTS)
        with database.session() as session:
            expected = [("alice", third)] if attempt + 1 == claims.MOST_ATTEMPTS else []
            assert [(head.user_id, head.id) for head in claim(session) if head.user_id == "alice"] == expected
            assert "bob" in {head.user_id for head in claim(session)}


def test_what_is_told_again_comes_behind_what_went_on(database: Database) -> None:
    """Under a new id, so that nothing older than a claimed row ever appears."""
    first, _ = fill(database, "alice", "alice")
    with database.session() as session:
        for _ in range(claims.MOST_ATTEMPTS):
            claims.refuse(session, first, "because")
        assert set_aside.retry(session, first) == "alice"
    with database.session() as session:
        (rows,) = claims.read(session, claim(session), 10).values()
    assert (len(rows), rows[0].id < rows[1].id, first in {row.id for row in rows}) == (2, True, False)


@pytest.mark.parametrize("waiting", [100, 20_000])
def test_a_claim_looks_at_as_many_rows_with_much_waiting_as_with_little(database: Database, waiting: int) -> None:
    """Also when most of it is one person's. Counted in index entries, not in seconds."""
    with database.session() as session:
        session.connection().execute(
            text("""
                insert into outbox (
                    user_id, workflow_id, kind, payload, attempts, created_real_at, next_real_at
                )
                select case when n % 2 = 0 then 'a-hot' else 'user-' || n end, 'w', 'event', '{}', 0, now(), now()
                from generate_series(1, :waiting) as n
            """),
            {"waiting": waiting},
        )
    with database.session() as session:
        connection = session.connection()
        connection.execute(text("analyze outbox"))
        plan = connection.execute(
            text(f"explain (analyze, format json) {claims.HEADS_FROM.text}"), {"after": "", "most": 25}
        ).scalar_one()
    assert read_by(plan[0]["Plan"]) < 150


def read_by(node: dict[str, object]) -> float:
    """The rows that all scans of a plan have read, with those that they threw away."""
    below = node.get("Plans", [])
    assert isinstance(below, list)
    mine = 0.0
    if "Scan" in str(node["Node Type"]):
        rows = float(str(node["Actual Rows"])) + float(str(node.get("Rows Removed by Filter", 0)))
        mine = rows * float(str(node["Actual Loops"]))
    return mine + sum(map(read_by, below))


def test_people_who_are_held_are_held_in_one_order(database: Database) -> None:
    """Whatever order they are named in; those who are new, too."""
    seen: list[str] = []

    def note(_: object, __: object, statement: str, *___: object) -> None:
        seen.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    with database.session() as session:
        assert crowd.create(session, {"bob", "alice"}, NOW) == {"alice", "bob"}
        assert crowd.create(session, {"bob", "carol"}, NOW) == {"carol"}
        assert list(crowd.hold(session, ["carol", "alice", "bob", "nobody"])) == ["alice", "bob", "carol"]
    event.remove(database.engine, "before_cursor_execute", note)
    assert all("order by" in statement for statement in seen)
