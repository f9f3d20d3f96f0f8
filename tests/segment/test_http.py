"""The protocol over HTTP: what is answered to whom, and that nothing is taken by halves."""

import base64
import gzip
import json
from datetime import UTC, datetime
from typing import Any

import pytest
import requests

from domain.keys import KeyKind, Scope
from models import events, keys, people
from models.database import Database
from tests.segment.live import Live, live_api, with_write_key

OK = {"success": True}
PATHS = ["track", "identify", "page", "screen", "group", "t", "i", "p", "s", "g"]
TEXT = {"Content-Type": "text/plain"}
PACKED = {"Content-Encoding": "gzip"}


def track(user: str, **more: Any) -> dict[str, Any]:
    """A call for a batch."""
    return {"type": "track", "userId": user, "event": "First Project", **more}


def names(database: Database, user: str) -> list[str]:
    """What is known that they did."""
    with database.session() as session:
        return [event.name for event in events.events_of(session, user) if not event.name.startswith("$")]


def assert_refused(answer: requests.Response, status: int, code: str, told: str = "") -> None:
    """In the shape that clients of the protocol read."""
    assert answer.status_code == status, answer.text
    body = answer.json()
    assert body["code"] == code
    assert told in body["message"]
    assert answer.headers["Content-Type"] == "application/json"
    assert "WWW-Authenticate" not in answer.headers  # a browser would ask the visitor for a password


@pytest.mark.parametrize("path", PATHS)
def test_each_call_has_its_path(path: str, live: Live, database: Database, alice: str) -> None:
    """Long ones from servers, short ones from browsers; the answer is exactly what clients wait for."""
    answer = live.post(f"/v1/{path}", {"userId": alice, "event": "First Project", "groupId": "initech"})
    assert (answer.status_code, answer.json()) == (200, OK)
    with database.session() as session:
        assert people.find_person(session, alice) is not None


@pytest.mark.parametrize("path", ["alias", "a"])
def test_an_alias_brings_the_visitor_s_past(path: str, live: Live, database: Database, alice: str) -> None:
    """What they did before they had an id."""
    live.post("/v1/page", {"anonymousId": f"v-{alice}", "name": "Pricing"})
    live.post("/v1/identify", {"userId": alice})
    assert live.post(f"/v1/{path}", {"previousId": f"v-{alice}", "userId": alice}).json() == OK
    assert sorted(names(database, alice)) == ["page_viewed", "signed_up"]
    live.post("/v1/track", {"anonymousId": f"v-{alice}", "event": "Late"})
    assert sorted(names(database, alice)) == ["Late", "page_viewed", "signed_up"]


def test_two_users_of_one_browser_stay_two_people(live: Live, database: Database, alice: str) -> None:
    """Bob signs in where Alice was before, and the client kept its anonymous id: what the visitor did is Alice's."""
    visitor = f"v-{alice}"
    live.post("/v1/page", {"anonymousId": visitor})
    for user in (alice, f"not-{alice}"):
        assert live.post("/v1/identify", {"userId": user, "anonymousId": visitor}).json() == OK
        live.post("/v1/track", {"userId": user, "anonymousId": visitor, "event": "First Project"})
    assert sorted(names(database, alice)) == ["First Project", "page_viewed", "signed_up"]
    assert sorted(names(database, f"not-{alice}")) == ["First Project", "signed_up"]


def test_nobody_is_merged_into_another_user(live: Live, database: Database, alice: str) -> None:
    """A write key stands in pages, where anybody can read it."""
    for user in (alice, f"not-{alice}"):
        live.post("/v1/identify", {"userId": user})
    assert live.post("/v1/alias", {"previousId": alice, "userId": f"not-{alice}"}).json() == OK
    assert names(database, alice) == names(database, f"not-{alice}") == ["signed_up"]


@pytest.mark.parametrize("path", ["batch", "import", "b"])
def test_a_batch_is_taken_once_however_often_it_is_sent(path: str, live: Live, database: Database, alice: str) -> None:
    """A client that did not hear the answer sends it again, with another sentAt."""
    calls = [track(alice, messageId=f"m-{n}") for n in range(3)]
    for sent_at in ("2026-03-01T12:00:00Z", "2026-03-01T12:00:07Z"):
        assert live.post(f"/v1/{path}", {"batch": calls, "sentAt": sent_at}).json() == OK
    assert names(database, alice) == ["First Project"] * 3


def test_bad_calls_are_named_and_the_others_taken(live: Live, database: Database, alice: str) -> None:
    """The client would drop the whole batch for a 400."""
    calls = [track("alice@example.com"), track(alice), track(alice, properties={"n": "\ud83d"}), {"type": "charge"}]
    identify = {"type": "identify", "userId": alice, "traits": {"phone": "555-0123"}}
    answer = live.post("/v1/batch", {"batch": [*calls, identify]})
    assert answer.status_code == 200
    body = answer.json()
    assert [one["index"] for one in body["rejected"]] == [0, 2, 3]
    assert [one["index"] for one in body["left_out"]] == [4]
    assert "alice@example.com" not in answer.text
    assert "555-0123" not in answer.text
    assert sorted(names(database, alice)) == ["First Project", "signed_up"]


@pytest.mark.parametrize(
    ("path", "body", "told"),
    [
        ("track", {"userId": "alice@example.com", "event": "a"}, "looks like an e-mail address"),
        ("track", {"event": "a"}, "userId or anonymousId is required"),
        (
            "batch",
            {"batch": [{"type": "track"}, {"type": "charge"}]},
            "what happened, and 1 more",
        ),
        ("batch", {"batch": []}, "batch must be a list"),
        ("batch", {}, "batch must be a list"),
        ("batch", [], "must be a JSON object"),
    ],
)
def test_where_nothing_is_good_nothing_is_taken(path: str, body: Any, told: str, live: Live) -> None:
    """400, which clients do not repeat."""
    assert_refused(live.post(f"/v1/{path}", body), 400, "invalid_request", told)


def test_what_is_not_for_us_is_answered_and_not_taken(live: Live, database: Database, alice: str) -> None:
    """The sender has chosen other destinations."""
    answer = live.post("/v1/batch", {"batch": [track(alice)], "integrations": {"All": False}})
    assert (answer.status_code, answer.json()) == (200, OK)
    with database.session() as session:
        assert people.find_person(session, alice) is None


def test_a_browser_s_key_may_be_in_the_body(live: Live, database: Database, alice: str) -> None:
    """With text/plain, which needs no preflight."""
    body = json.dumps(track(alice) | {"writeKey": live.write_key})
    answer = requests.post(f"{live.url}/v1/t", data=body, headers=TEXT | {"Origin": "https://shop.example"}, timeout=30)
    assert (answer.status_code, answer.json()) == (200, OK)
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert names(database, alice) == ["First Project"]


def basic(text: str) -> dict[str, str]:
    """Basic authentication with this user name."""
    return {"Authorization": "Basic " + base64.b64encode(f"{text}:".encode()).decode()}


@pytest.mark.parametrize("headers", [{}, basic("homing_write_wrong"), basic(""), {"Authorization": "Basic ?"}])
def test_without_a_write_key_nothing_is_taken(
    headers: dict[str, str], live: Live, database: Database, alice: str
) -> None:
    """Refused with words, since some clients repeat what they cannot read."""
    for body in ({}, {"writeKey": "wrong"}, {"writeKey": 7}):
        answer = requests.post(f"{live.url}/v1/track", json=track(alice) | body, headers=headers, timeout=30)
        assert_refused(answer, 401, "unauthorized")
    assert names(database, alice) == []


def test_an_api_key_is_no_write_key(live: Live, database: Database) -> None:
    """Write keys stand in pages; an API key must not get there."""
    with database.session() as session:
        _, key = keys.create(session, KeyKind.API, "tests", [Scope.ADMIN], datetime.now(UTC))
    for headers in (basic(key), {"Authorization": f"Bearer {key}"}):
        answer = requests.post(f"{live.url}/v1/track", json=track("alice-1"), headers=headers, timeout=30)
        assert_refused(answer, 401, "unauthorized")


def raw(live: Live, data: bytes, **headers: str) -> requests.Response:
    """A body as it is."""
    return requests.post(f"{live.url}/v1/batch", data=data, auth=(live.write_key, ""), headers=headers, timeout=30)


def test_bodies_may_be_packed(live: Live, database: Database, alice: str) -> None:
    """RudderStack's clients do it by default."""
    data = gzip.compress(json.dumps({"batch": [track(alice)]}).encode())
    assert raw(live, data, **PACKED).json() == OK
    assert names(database, alice) == ["First Project"]


BOMB = gzip.compress(b'{"batch": "' + b"x" * 50_000_000, 9)


@pytest.mark.parametrize(
    ("data", "headers", "status", "code"),
    [
        (BOMB, PACKED, 413, "too_large"),  # 50 kB that become 50 MB
        (b"x" * 5_000_000, {}, 413, "too_large"),
        (b"not packed", PACKED, 400, "invalid_request"),
        (BOMB[:100], PACKED, 400, "invalid_request"),
        (b"{}", {"Content-Encoding": "br"}, 415, "failed"),
        (b"", {}, 400, "invalid_request"),
        (b"not JSON", {}, 400, "invalid_request"),
        (b"[" * 100_000, {}, 400, "invalid_request"),
    ],
)
def test_a_body_that_cannot_be_read_is_refused(
    data: bytes, headers: dict[str, str], status: int, code: str, live: Live
) -> None:
    """And costs little."""
    assert_refused(raw(live, data, **headers), status, code)


def test_pages_of_any_site_may_call_and_only_here(live: Live) -> None:
    """The rest of the API is for servers."""
    asked = {
        "Origin": "https://shop.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization, x-retry-count",
    }
    answer = requests.options(f"{live.url}/v1/t", headers=asked, timeout=30)
    assert answer.status_code == 200
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert {"authorization", "x-retry-count"} <= set(answer.headers["Access-Control-Allow-Headers"].lower().split(", "))
    elsewhere = requests.options(f"{live.url}/v1/users/alice-1", headers=asked, timeout=30)
    assert "Access-Control-Allow-Origin" not in elsewhere.headers


def test_browsers_are_told_where_to_send(live: Live) -> None:
    """Segment's browser client asks for this first."""
    answer = requests.get(f"{live.url}/v1/projects/{live.write_key}/settings", timeout=30)
    (integration,) = answer.json()["integrations"].values()
    assert f"{integration['protocol']}://{integration['apiHost']}" == f"{live.url}/v1"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_another_method_is_refused_in_the_same_shape(live: Live) -> None:
    """Somebody opens the address in a browser."""
    assert_refused(requests.get(f"{live.url}/v1/batch", auth=(live.write_key, ""), timeout=30), 405, "failed")


def test_who_calls_too_often_is_told_when_to_come_back(
    api_environment: dict[str, str], database: Database, alice: str
) -> None:
    """Clients wait for as long as that and lose nothing."""
    with live_api(api_environment | {"HOMING_API_RATE": "0.5"}) as slow:
        live = with_write_key(slow, database)
        answers = [live.post("/v1/track", track(alice, messageId=f"m-{n}")) for n in range(3)]
    refused = [answer for answer in answers if answer.status_code != 200]
    assert_refused(refused[-1], 429, "rate_limited")
    assert 1 <= int(refused[-1].headers["Retry-After"]) <= 2
