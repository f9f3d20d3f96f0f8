"""What operators see and turn: metrics, logs, what was set aside, how often a key may call."""

import asyncio
from datetime import UTC, datetime

import pytest
from structlog.testing import capture_logs

from api.rates import Buckets
from domain.errors import HomingError, Misconfigured, Unreachable
from domain.keys import KeyKind, Scope
from models.outbox import Row
from tests.api.conftest import Api, parts_on, served

PERSONAL = {"email": "alice.liddell@example.com", "phone": "+5511987654321", "attributes": {"name": "Wonderlandia"}}


async def test_metrics_count_answers_by_route_and_status(bare: Api) -> None:
    """By the template of the route: a person's id would be a label for each person."""
    for path in ("/v1/users/u-1", "/v1/users/u-2"):
        await bare.call("GET", path)
    page = (await bare.call("GET", "/metrics")).text
    assert 'homing_http_requests_total{method="GET",route="/v1/users/{user_id}",status="404"}' in page
    assert 'homing_http_request_seconds_bucket{le="0.1",method="GET",route="/v1/users/{user_id}"}' in page
    assert "u-1" not in page


async def test_metrics_count_what_was_taken_in(bare: Api) -> None:
    """New, and known already."""
    await bare.put("alice")
    for _ in range(2):
        await bare.post("alice", "events", {"name": "first_use", "message_id": "e-1"})
    page = (await bare.call("GET", "/metrics")).text
    taken = {line.split('"')[1]: float(line.split()[-1]) for line in page.splitlines() if "items_taken_total{" in line}
    assert taken["new"] >= 2
    assert taken["repeated"] >= 1


async def test_metrics_tell_what_the_outbox_holds(bare: Api) -> None:
    """How much waits, since when, and what was set aside."""
    add_rows(bare, waiting=2, set_aside=1)
    page = (await bare.call("GET", "/metrics")).text
    assert "homing_outbox_waiting 2.0" in page
    assert "homing_outbox_set_aside 1.0" in page
    oldest = next(line for line in page.splitlines() if line.startswith("homing_outbox_oldest_seconds "))
    assert float(oldest.split()[1]) > 1000


async def test_what_was_set_aside_is_shown_with_its_error_and_told_again(bare: Api) -> None:
    """Without its payload, which may hold what a person wrote."""
    add_rows(bare, waiting=1, set_aside=2)
    first = (await bare.call("GET", "/v1/outbox/set-aside?limit=1")).json()
    rest = (await bare.call("GET", f"/v1/outbox/set-aside?cursor={first['cursor']}")).json()
    [row] = rest["rows"]
    assert (row["user_id"], row["kind"], row["attempts"], row["error"]) == ("alice", "event", 5, "Temporal refuses")
    assert "payload" not in row
    again = await bare.call("POST", f"/v1/outbox/set-aside/{row['id']}/retry")
    assert again.status_code == 202
    assert len((await bare.call("GET", "/v1/outbox/set-aside")).json()["rows"]) == 1
    assert (await bare.call("POST", f"/v1/outbox/set-aside/{row['id']}/retry")).status_code == 404


async def test_a_key_that_calls_too_often_is_told_when_to_come_back(bare: Api) -> None:
    """And another key is not concerned."""
    parts = parts_on(bare.parts.temporal, bare.parts.database, rate=2)
    async with served(parts, relaying=False) as slow:
        slow.key = bare.key
        answers = [await slow.call("GET", "/v1/users") for _ in range(6)]
        assert {one.status_code for one in answers} == {200, 429}
        refused = answers[-1]
        assert refused.json()["type"] == "urn:homing:problem:too-many"
        assert int(refused.headers["Retry-After"]) >= 1
        assert (await slow.call("GET", "/v1/users", key=slow.new_key(Scope.READ))).status_code == 200


def test_a_bucket_fills_steadily_and_holds_two_seconds_worth() -> None:
    """Ten a second: twenty at once, and then one each tenth of a second."""
    now = [0.0]
    buckets = Buckets(10, lambda: now[0])
    assert [buckets.take("alice") for _ in range(20)] == [0.0] * 20
    assert buckets.take("alice") == pytest.approx(0.1)
    assert buckets.take("bob") == 0
    now[0] = 0.1
    assert buckets.take("alice") == 0
    assert buckets.take("alice") > 0
    now[0] = 1000
    assert [buckets.take("alice") > 0 for _ in range(21)] == [False] * 20 + [True]


async def test_a_line_in_the_log_tells_of_each_request_and_nothing_of_the_person(bare: Api) -> None:
    """Route, status, key and request id; neither path, nor query, nor body, nor key."""
    with capture_logs() as logged:
        answer = await bare.put("alice", PERSONAL)
        await bare.call("PUT", "/v1/users/alice.liddell@example.com", PERSONAL)
        await bare.call("GET", "/v1/users?cursor=alice.liddell@example.com")
        await bare.call("GET", "/nowhere/alice.liddell@example.com", key="homing_api_wrong")
    lines = [line for line in logged if line["event"] == "request.answered"]
    told = [(line["method"], line["route"], line["status"]) for line in lines]
    assert told == [
        ("PUT", "/v1/users/{user_id}", 201),
        ("PUT", "/v1/users/{user_id}", 422),
        ("GET", "/v1/users", 422),
        ("GET", "-", 401),
    ]
    assert answer.headers["X-Request-Id"]
    text = str(logged)
    assert not [part for part in ("liddell", "5511987654321", "Wonderlandia", bare.key.split("_")[3]) if part in text]


@pytest.mark.parametrize(
    ("error", "status", "kind", "level"),
    [
        (Unreachable, 503, "unavailable", "warning"),  # it comes back by itself
        (Misconfigured, 500, "misconfigured", "error"),  # it does not
    ],
)
async def test_what_only_operators_can_mend_is_told_to_them(
    bare: Api, monkeypatch: pytest.MonkeyPatch, error: type[HomingError], status: int, kind: str, level: str
) -> None:
    """The log says which setting, service or address; the caller hears that it is not theirs to mend."""

    async def failing(*_: object, **__: object) -> None:
        raise error("HOMING_DATABASE_URL: postgresql://db.internal does not answer")

    monkeypatch.setattr(bare.parts.homing, "take", failing)
    with capture_logs() as logged:
        answer = await bare.put("alice")
    assert (answer.status_code, answer.json()["type"]) == (status, f"urn:homing:problem:{kind}")
    assert ("Retry-After" in answer.headers) == (error is Unreachable)
    assert "db.internal" not in answer.text
    assert [line["log_level"] for line in logged if "db.internal" in line.get("why", "")] == [level]


async def test_a_write_key_does_not_reach_metrics(bare: Api) -> None:
    """They have a scope of their own."""
    assert (await bare.call("GET", "/metrics", key=bare.new_key(kind=KeyKind.WRITE))).status_code == 401


async def test_ready_says_what_fails(bare: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """For orchestrators; alive it is all the same."""

    async def failing() -> None:
        raise Unreachable("the database is on holiday")

    assert (await bare.call("GET", "/readyz", key="")).json() == {"status": "ready"}
    monkeypatch.setitem(bare.parts.checks, "database", failing)
    answer = await bare.call("GET", "/readyz", key="")
    assert (answer.status_code, answer.json()["database"]) == (503, "the database is on holiday")
    assert (await bare.call("GET", "/healthz", key="")).status_code == 200


async def test_forty_requests_at_once_are_all_answered(bare: Api) -> None:
    """More than there are threads."""
    answers = await asyncio.gather(*(bare.put(f"alice-{number}") for number in range(40)))
    assert {one.status_code for one in answers} == {201}


def add_rows(bare: Api, *, waiting: int, set_aside: int) -> None:
    """Rows of an outbox, of long ago."""
    then = datetime(2026, 1, 1, tzinfo=UTC)
    with bare.parts.database.session() as session:
        for aside in [False] * waiting + [True] * set_aside:
            session.add(
                Row(
                    user_id="alice",
                    workflow_id="journey/welcome/alice",
                    kind="event",
                    payload={"secret": "words"},
                    attempts=5 if aside else 0,
                    error="Temporal refuses" if aside else None,
                    created_real_at=then,
                    next_real_at=then,
                    set_aside_real_at=then if aside else None,
                )
            )
