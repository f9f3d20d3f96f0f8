"""Visitor tokens over HTTP: made for people whom we know."""

from tests.api.conftest import Api


async def test_a_backend_gets_a_token_for_somebody_it_knows(bare: Api) -> None:
    """It is not kept, neither by caches nor for an Idempotency-Key."""
    await bare.put("alice")
    answer = await bare.post("alice", "visitor-tokens", {"seconds": 60})
    assert answer.status_code == 201
    assert answer.json()["token"].startswith("hv_")
    assert answer.headers["Cache-Control"] == "no-store"


async def test_a_visitor_token_is_no_api_key(bare: Api) -> None:
    """It lies in a browser."""
    await bare.put("alice")
    token = (await bare.post("alice", "visitor-tokens", {})).json()["token"]
    assert (await bare.call("GET", "/v1/users", key=token)).status_code == 401
