"""No key, no answer; and a key opens what its scopes say, until it ends."""

from datetime import UTC, datetime, timedelta

import pytest

from api import keyring
from domain.keys import KeyKind, KnownKey, Scope, admits, digest, read_key
from models import keys
from tests.api.conftest import Api

PATHS = ["/v1/users", "/v1/users/u-1", "/v1/nothing", "/v1/users/u-1/events/x", "/metrics", "/", "/admin"]
NOW = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.mark.parametrize("path", PATHS)
async def test_without_a_key_every_path_answers_the_same(bare: Api, path: str) -> None:
    """Also one that does not exist: a stranger learns nothing, not even what there is."""
    answer = await bare.call("GET", path, key="")
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["type"] == "urn:homing:problem:no-key"


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/openapi.json", "/docs", "/docs/assets/swagger-ui.css"])
async def test_what_holds_nothing_of_anybody_is_open(bare: Api, path: str) -> None:
    """Orchestrators and readers have no key."""
    assert (await bare.call("GET", path, key="")).status_code == 200


async def test_the_page_of_docs_asks_nobody_else_for_anything(bare: Api) -> None:
    """It works where there is no internet."""
    page = await bare.call("GET", "/docs", key="")
    assert "http" not in page.text.replace("http-equiv", "")


@pytest.mark.parametrize(
    "authorization",
    [
        "Bearer",  # nothing
        "Bearer homing_api_",  # the beginning of one
        "Bearer homing_api_000000000000_" + "0" * 48,  # well-formed, and nobody's
        "Basic dXNlcjpwYXNz",  # another scheme
        "Bearer \u00e9\u00e8",  # not ASCII
        "Bearer " + "a" * 5000,
    ],
)
async def test_what_is_no_key_opens_nothing(bare: Api, authorization: str) -> None:
    """However it is wrong."""
    answer = await bare.call("GET", "/v1/users", key="", headers={"Authorization": authorization.encode("latin-1")})
    assert answer.status_code == 401


async def test_a_key_with_another_secret_opens_nothing(bare: Api) -> None:
    """The id alone is no secret: it stands in lists and logs."""
    wrong = bare.key[:-1] + ("0" if bare.key[-1] != "0" else "1")
    assert (await bare.call("GET", "/v1/users", key=wrong)).status_code == 401


async def test_a_write_key_is_no_api_key(bare: Api) -> None:
    """It lies in browsers; it must never read people."""
    assert (await bare.call("GET", "/v1/users", key=bare.new_key(kind=KeyKind.WRITE))).status_code == 401


@pytest.mark.parametrize(
    ("method", "path", "scope"),
    [
        ("GET", "/v1/users", Scope.READ),
        ("GET", "/v1/users/u-1", Scope.READ),
        ("GET", "/v1/users/u-1/export", Scope.READ),
        ("GET", "/v1/users/u-1/consents", Scope.READ),
        ("GET", "/v1/users/u-1/journeys", Scope.READ),
        ("PUT", "/v1/users/u-1", Scope.WRITE),
        ("POST", "/v1/users/u-1/events", Scope.WRITE),
        ("DELETE", "/v1/users/u-1", Scope.ERASE),
        ("POST", "/v1/users/u-1/visitor-tokens", Scope.VISITORS),
        ("POST", "/v1/users/u-1/journeys/welcome/commands/pause", Scope.COMMANDS),
        ("GET", "/v1/outbox/set-aside", Scope.OUTBOX),
        ("POST", "/v1/outbox/set-aside/1/retry", Scope.OUTBOX),
        ("GET", "/metrics", Scope.METRICS),
    ],
)
async def test_each_route_asks_for_its_scope(bare: Api, method: str, path: str, scope: Scope) -> None:
    """A key of every other scope is refused; with this one alone it gets further."""
    others = [one for one in Scope if one not in (scope, Scope.ADMIN)]
    refused = await bare.call(method, path, {}, key=bare.new_key(*others))
    assert (refused.status_code, refused.json()["type"]) == (403, "urn:homing:problem:scope-missing")
    assert str(scope) in refused.json()["detail"]
    assert (await bare.call(method, path, {}, key=bare.new_key(scope))).status_code not in (401, 403)


async def test_a_revoked_key_opens_nothing_as_soon_as_it_is_looked_up_again(
    bare: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Within seconds, that is: until then it is remembered."""
    key = bare.new_key(Scope.READ)
    assert (await bare.call("GET", "/v1/users", key=key)).status_code == 200
    with bare.parts.database.session() as session:
        keys.revoke(session, key.split("_")[2], datetime.now(UTC))
    assert (await bare.call("GET", "/v1/users", key=key)).status_code == 200
    monkeypatch.setattr(keyring, "REMEMBERED_S", 0)
    assert (await bare.call("GET", "/v1/users", key=key)).status_code == 401


async def test_a_rotated_key_and_its_successor_work_side_by_side_until_the_overlap_ends(bare: Api) -> None:
    """So that a service can be moved from one to the other without a gap."""
    old = bare.new_key(Scope.READ)
    with bare.parts.database.session() as session:
        _, new = keys.rotate(session, old.split("_")[2], timedelta(seconds=0.5), datetime.now(UTC))
    assert [(await bare.call("GET", "/v1/users", key=key)).status_code for key in (old, new)] == [200, 200]
    with bare.parts.database.session() as session:
        ends = keys.find(session, old.split("_")[2]).expires_real_at
    assert ends is not None
    while datetime.now(UTC) < ends:
        pass
    assert [(await bare.call("GET", "/v1/users", key=key)).status_code for key in (old, new)] == [401, 200]


async def test_the_last_use_of_a_key_is_known_to_the_minute(bare: Api) -> None:
    """Written lazily, so that reading costs no writes."""
    key = bare.new_key(Scope.READ)
    await bare.call("GET", "/v1/users", key=key)
    with bare.parts.database.session() as session:
        row = keys.find(session, key.split("_")[2])
        first = row.last_used_real_at
        assert first is not None
        keys.touch(session, row.id, first + timedelta(seconds=59))
        session.expire_all()
        assert keys.find(session, row.id).last_used_real_at == first
        keys.touch(session, row.id, first + timedelta(seconds=61))
        session.expire_all()
        assert keys.find(session, row.id).last_used_real_at == first + timedelta(seconds=61)


async def test_nothing_of_a_secret_is_stored(bare: Api) -> None:
    """Whoever reads the database cannot call."""
    secret = bare.key.split("_")[3]
    with bare.parts.database.session() as session:
        rows = keys.everyone(session)
    assert rows
    assert not [row for row in rows if secret in row.model_dump_json()]


KNOWN = KnownKey("000000000000", KeyKind.API, "backend", digest("5" * 48), frozenset({Scope.READ}))


@pytest.mark.parametrize(
    ("known", "shown", "admitted"),
    [
        (KNOWN, "homing_api_000000000000_" + "5" * 48, True),
        (KNOWN, "homing_api_000000000000_" + "6" * 48, False),  # another secret
        (KNOWN, "homing_write_000000000000_" + "5" * 48, False),  # another kind
        (None, "homing_api_000000000000_" + "5" * 48, False),  # nobody's
    ],
)
def test_a_key_is_admitted_by_its_kind_and_secret(known: KnownKey | None, shown: str, admitted: bool) -> None:
    """All of it must fit."""
    given = read_key(shown)
    assert given is not None
    assert admits(known, given, NOW) is admitted


def test_a_key_shown_in_a_traceback_hides_its_secret() -> None:
    """Its text form has the id alone."""
    given = read_key("homing_api_000000000000_" + "5" * 48)
    assert "555" not in repr(given)
