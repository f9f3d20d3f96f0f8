"""Why a message was or was not sent, as support asks it over HTTP and at a terminal."""

from datetime import UTC, datetime
from typing import Any

from models import enrollments
from models.database import Database
from models.decisions import StoredDecision
from models.messages import Message
from tests.api.conftest import ALICE, Api
from tests.api.test_people import until_running

NIGHT = datetime(2026, 3, 2, 16, 30, tzinfo=UTC)
MORNING = datetime(2026, 3, 3, 1, tzinfo=UTC)


async def test_a_sent_message_is_told_from_its_decision_to_its_provider(api: Api) -> None:
    """The newest last."""
    await api.put("alice")
    await until_running(api, "alice", ["welcome"])
    found = await told(api, "alice", 2)
    assert [(one["journey"], one["step"], one["verdict"], one["why"]) for one in found] == [
        ("welcome", "hello", "allowed", "By email: it could go, the address is usable."),
        ("welcome", "hello", "accepted", "By email: sent."),
    ]


async def test_times_are_the_persons_and_a_hold_says_until_when(api: Api) -> None:
    """Whoever asks wants to know what the person saw, and when."""
    await api.put("alice", ALICE | {"zone": "Asia/Jakarta"})
    await until_running(api, "alice", ["welcome"])
    hold(api.parts.database, api.user("alice"))
    answer = (await api.get("alice", "/decisions")).json()
    [held] = [one for one in answer["decisions"] if one["rule"] == "quiet_hours"]
    assert answer["zone"] == "Asia/Jakarta"
    assert (held["at"], held["until"]) == ("2026-03-02T23:30:00+07:00", "2026-03-03T08:00:00+07:00")
    assert "held until Tue 3 Mar 2026 08:00" in held["why"]


async def test_one_message_is_told_of_alone_and_the_newest_first_if_asked(api: Api) -> None:
    """By our id or its provider's; so many lines as are asked for."""
    await api.put("alice")
    await until_running(api, "alice", ["welcome"])
    [sent] = [one for one in await told(api, "alice", 2) if one["rule"] == "message"]
    hold(api.parts.database, api.user("alice"))
    with api.parts.database.session() as session:
        row = session.get_one(Message, sent["inputs"]["message"])
    for name in (row.id, row.provider_id):
        about = (await api.get("alice", f"/decisions?message={name}")).json()["decisions"]
        assert {one["step"] for one in about} == {"hello"}
    assert [one["rule"] for one in (await api.get("alice", "/decisions?limit=1")).json()["decisions"]] == ["message"]


async def test_of_nobody_and_of_no_message_there_is_nothing_to_tell(api: Api) -> None:
    """404 either way."""
    assert (await api.get("nobody", "/decisions")).status_code == 404
    await api.put("alice")
    assert (await api.get("alice", "/decisions?message=other")).status_code == 404


async def told(api: Api, name: str, at_least: int) -> list[dict[str, Any]]:
    """What is told of one of the cast, once it is so much."""
    while True:
        found: list[dict[str, Any]] = (await api.get(name, "/decisions")).json()["decisions"]
        if len(found) >= at_least and found[-1]["verdict"] == "accepted":
            return found


def hold(database: Database, user: str) -> None:
    """A decision of an earlier night."""
    inputs = {"quiet_hours": "21:00-08:00", "zone": "Asia/Jakarta", "zone_of": "person", "local": "23:30"}
    with database.session() as session:
        [row] = enrollments.of_person(session, user)
        about: dict[str, Any] = {
            "enrollment_id": row.id,
            "user_id": user,
            "step": "nudge",
            "pass_number": 1,
            "channel": "email",
        }
        held = StoredDecision(
            **about,
            verdict="held",
            rule="quiet_hours",
            inputs=inputs | {"until": MORNING.isoformat()},
            held_until=MORNING,
            decided_at=NIGHT,
        )
        session.add(held)
