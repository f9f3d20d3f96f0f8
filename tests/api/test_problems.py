"""Whatever is wrong with a request: one shape, the right status, what to do, and nothing personal."""

import json
from typing import Any

import pytest
import structlog
from structlog.testing import capture_logs

from api import bodies
from tests.api.conftest import Api

USER = "/v1/users/u-1"
PHONE, MAIL = "+5511987654321", "alice.liddell@example.com"
DEEP = '{"attributes": ' + '{"a": ' * 30_000 + "1" + "}" * 30_001
JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "kind"),
    [
        ("PUT", USER, "{", 400, "malformed"),  # no JSON
        ("PUT", USER, "\x00", 400, "malformed"),
        ("PUT", USER, b"\xff\xfe", 400, "malformed"),  # not UTF-8
        ("PUT", USER, DEEP, 400, "malformed"),  # deeper than a parser dares
        ("PUT", USER, '{"attributes": {"n": ' + "9" * 5000 + "}}", 400, "malformed"),  # larger than Python reads
        ("PUT", USER, "[]", 422, "invalid"),
        ("PUT", USER, '"alice"', 422, "invalid"),
        ("PUT", USER, "null", 422, "invalid"),
        ("PUT", USER, '{"nickname": "al"}', 422, "invalid"),  # a field that does not exist
        ("PUT", USER, '{"phone": "911"}', 422, "invalid"),
        ("PUT", USER, '{"email": "alice"}', 422, "invalid"),
        ("PUT", USER, '{"zone": "Mars/Olympus"}', 422, "invalid"),
        ("PUT", USER, '{"locale": "klingon"}', 422, "invalid"),
        ("PUT", USER, '{"channels": ["pigeon"]}', 422, "invalid"),
        ("PUT", USER, '{"channels": ["sms"]}', 422, "invalid"),  # without a phone
        ("PUT", USER, '{"attributes": {"a": "\\u0000"}}', 422, "invalid"),  # PostgreSQL keeps no NUL
        ("PUT", USER, '{"attributes": {"a": "\\ud800"}}', 422, "invalid"),  # half a character
        ("PUT", USER, '{"attributes": {"n": 1e999}}', 422, "invalid"),
        ("PUT", USER, '{"attributes": {"n": NaN}}', 422, "invalid"),
        ("PUT", USER, '{"attributes": {"n": 99999999999999999999}}', 422, "invalid"),
        ("PUT", USER, '{"attributes": ' + '{"a": ' * 40 + "1" + "}" * 41, 422, "invalid"),  # deeper than we keep
        ("PUT", USER, json.dumps({"attributes": {"a": "x" * 40_000}}), 422, "invalid"),
        ("PUT", USER, '{"created_at": "2026-03-01"}', 422, "invalid"),  # no time of day, no zone
        ("PUT", USER, '{"created_at": 1e300}', 422, "invalid"),
        ("PUT", USER, '{"consents": [{"topic": "News!", "given": true}]}', 422, "invalid"),
        ("PUT", USER, '{"consents": [{"topic": "news"}]}', 422, "invalid"),
        ("PUT", "/v1/users/alice@example.com", "{}", 422, "invalid"),  # an address is no id
        ("PUT", "/v1/users/5511987654321", "{}", 422, "invalid"),
        ("PUT", "/v1/users/a%00b", "{}", 422, "invalid"),
        ("PUT", "/v1/users/" + "a" * 200, "{}", 422, "invalid"),
        ("POST", f"{USER}/events", "{}", 422, "invalid"),  # no name
        ("POST", f"{USER}/events", '{"name": ""}', 422, "invalid"),
        ("POST", f"{USER}/events", '{"name": "x", "message_id": "\\u0000"}', 422, "invalid"),
        ("POST", "/v1/verifications/ranges/resume", '{"range": "+2167", "reason": "\\u0000"}', 422, "invalid"),
        ("GET", f"{USER}/decisions?message=%00", None, 422, "invalid"),
        ("POST", f"{USER}/events", '{"name": "first_use"}', 404, "not-found"),  # nobody has that id
        ("POST", f"{USER}/journeys/welcome/commands/dance", "{}", 422, "invalid"),
        ("POST", f"{USER}/journeys/WELCOME/commands/pause", "{}", 422, "invalid"),
        ("POST", f"{USER}/journeys/welcome/commands/pause", "{}", 404, "not-found"),
        ("POST", f"{USER}/visitor-tokens", '{"seconds": 59}', 422, "invalid"),
        ("POST", f"{USER}/visitor-tokens", '{"seconds": 86401}', 422, "invalid"),
        ("POST", f"{USER}/visitor-tokens", "{}", 404, "not-found"),
        ("GET", USER, None, 404, "not-found"),
        ("GET", f"{USER}/export", None, 404, "not-found"),
        ("GET", f"{USER}/consents", None, 404, "not-found"),
        ("GET", f"{USER}/journeys", None, 404, "not-found"),
        ("GET", "/v1/users?limit=0", None, 422, "invalid"),
        ("GET", "/v1/users?limit=ten", None, 422, "invalid"),
        ("GET", "/v1/users?cursor=a%40b", None, 422, "invalid"),
        ("GET", "/v1/outbox/set-aside?cursor=99999999999999999999", None, 422, "invalid"),
        ("POST", "/v1/outbox/set-aside/1/retry", None, 404, "not-found"),
        ("GET", "/v1/nothing", None, 404, "no-such-path"),
        ("GET", "/v1/users/", None, 404, "no-such-path"),  # no redirect to somewhere else
        ("PATCH", USER, "{}", 405, "method-not-allowed"),
        ("DELETE", "/v1/users", None, 405, "method-not-allowed"),
    ],
)
async def test_each_mistake_has_its_status(
    bare: Api, method: str, path: str, body: Any, status: int, kind: str
) -> None:
    """As problem details, with the id of the request."""
    answer = await bare.call(method, path, data=body, headers=JSON)
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/problem+json")
    problem = answer.json()
    assert (problem["type"], problem["status"]) == (f"urn:homing:problem:{kind}", status)
    assert problem["title"]
    assert problem["detail"]
    assert problem["request_id"] == answer.headers["X-Request-Id"]
    assert problem["instance"].endswith(problem["request_id"])


@pytest.mark.parametrize("content_type", ["text/plain", "application/xml", "multipart/form-data; boundary=x", ""])
async def test_a_body_that_does_not_say_that_it_is_json_is_refused(bare: Api, content_type: str) -> None:
    """Nobody guesses."""
    answer = await bare.call("PUT", USER, data="{}", headers={"Content-Type": content_type})
    assert (answer.status_code, answer.json()["type"]) == (415, "urn:homing:problem:not-json")


@pytest.mark.parametrize("content_type", ["application/json", "application/json; charset=utf-8", "Application/JSON"])
async def test_json_may_be_called_by_any_of_its_names(bare: Api, content_type: str) -> None:
    """As clients write it."""
    answer = await bare.call("PUT", f"/v1/users/{bare.user('u')}", data="{}", headers={"Content-Type": content_type})
    assert answer.status_code == 201


async def test_every_field_that_is_wrong_is_named_and_none_is_repeated(bare: Api) -> None:
    """People's addresses do not travel back, into whoever's logs."""
    wrong = {"phone": f"{PHONE}999999", "email": f"{MAIL}@", "zone": "Mars", "attributes": {"a": "\0"}}
    answer = await bare.call("PUT", USER, wrong)
    found = {error["field"]: error["message"] for error in answer.json()["errors"]}
    assert found.keys() == wrong.keys()
    assert all(found.values())
    assert not [part for part in (PHONE, "liddell", "input") if part in answer.text]


async def test_a_large_body_is_refused_before_it_is_read(bare: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether or not its sender says how large it is."""
    size = bodies.MOST_BYTES + 1
    told = await bare.call("PUT", USER, data=b" " * size, headers=JSON)
    untold = await bare.call("PUT", USER, data=(b" " * 100_000 for _ in range(6)), headers=JSON)
    assert [one.status_code for one in (told, untold)] == [413, 413]
    assert told.json()["type"] == "urn:homing:problem:too-large"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("my-request-0001", True),
        ("short", False),
        ("x" * 65, False),
        ("with blanks in it", False),
        ("<script>alert(1)</script>", False),
    ],
)
async def test_a_sane_request_id_is_kept_and_any_other_replaced(bare: Api, given: str, kept: bool) -> None:
    """So that a request can be followed through several services, and nobody writes into our logs."""
    answer = await bare.call("GET", "/healthz", headers={"X-Request-Id": given})
    assert (answer.headers["X-Request-Id"] == given) is kept
    assert len(answer.headers["X-Request-Id"]) >= 8


async def test_the_unforeseen_is_a_500_without_a_word_of_it(bare: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """The log has the rest, under the request's id."""

    async def fail(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError(f"what {MAIL} wrote")

    monkeypatch.setattr(bare.parts.homing, "take", fail)
    with capture_logs([structlog.contextvars.merge_contextvars]) as logged:
        answer = await bare.put("alice")
    assert (answer.status_code, answer.json()["type"]) == (500, "urn:homing:problem:failed")
    assert "liddell" not in answer.text
    [failed] = [line for line in logged if line["event"] == "request.failed"]
    assert failed["request_id"] == answer.headers["X-Request-Id"] == answer.json()["request_id"]
