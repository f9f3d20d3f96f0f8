"""The OpenAPI description: complete, right, and nothing that follows it, or just does not, makes us fail."""

import asyncio
import base64
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from requests import PreparedRequest
from requests.auth import AuthBase
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.generation import GenerationMode

from api.visiting import USE
from domain import visiting
from domain.keys import KeyKind
from runtime.derived_keys import derived
from tests.api.conftest import Api

EXAMPLES = 15  # for each operation, in each mode; enough to meet every mean value that the generator knows
METHODS = {"get", "put", "post", "delete", "patch"}


@pytest.fixture
async def described(bare: Api) -> dict[str, Any]:
    """The description."""
    return dict((await bare.call("GET", "/openapi.json", key="")).json())


def operations(described: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each with its name."""
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            if method in METHODS:
                yield f"{method.upper()} {path}", operation


async def test_every_operation_says_what_it_is_for_who_may_and_how_it_fails(described: dict[str, Any]) -> None:
    """Whoever reads the page of docs needs nothing else."""
    lacking = [
        name
        for name, operation in operations(described)
        if not (operation.get("description") or operation.get("summary")) or "default" not in operation["responses"]
    ]
    assert not lacking
    closed = [name for name, operation in operations(described) if name.split()[1].startswith("/v1/users")]
    assert closed
    assert all(operation["security"] for name, operation in operations(described) if name in closed)


async def test_no_operation_answers_without_a_key(bare: Api, described: dict[str, Any]) -> None:
    """Whoever adds a route need not think of it: none is open but by being listed as such."""
    for name, _ in operations(described):
        method, path = name.split()
        answer = await bare.call(method, re.sub(r"{\w+}", "x", path), {}, key="")
        assert answer.status_code == 401, name


async def test_bodies_have_examples_that_work(bare: Api, described: dict[str, Any]) -> None:
    """Copied from the page of docs they are accepted."""
    schemas = described["components"]["schemas"]
    person, event = (schemas[name]["examples"][0] for name in ("PersonForm", "EventForm"))
    assert (await bare.put("alice", person)).status_code == 201
    assert (await bare.post("alice", "events", event)).status_code == 202


async def test_problems_are_described_as_they_are(bare: Api, described: dict[str, Any]) -> None:
    """The fields of a real one are those of the description."""
    problem = (await bare.call("PUT", "/v1/users/u-1", {"phone": "911"})).json()
    properties = described["components"]["schemas"]["ProblemDetails"]["properties"]
    assert problem.keys() == properties.keys()


async def test_nothing_that_is_sent_makes_it_fail(bare: Api, described: dict[str, Any]) -> None:
    """What fits the description, and what does not: no answer is a 5xx."""
    found = await asyncio.to_thread(fuzz, bare, described)
    assert len(found) == sum(1 for _ in operations(described))
    assert all(found.values()), found


class Caller(AuthBase):
    """Has the right key in hand, whatever else is generated."""

    def __init__(self, authorization: str) -> None:
        self._authorization = authorization

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        """As `requests` asks for."""
        request.headers["Authorization"] = self._authorization
        return request


def fuzz(bare: Api, described: dict[str, Any]) -> dict[str, int]:
    """How many requests each operation got. Raises at the first 5xx."""
    schema = schemathesis.openapi.from_dict(json.loads(json.dumps(described)))
    write_key = base64.b64encode(f"{bare.new_key(kind=KeyKind.WRITE)}:".encode()).decode()
    keys = {
        "API key": f"Bearer {bare.key}",
        "Write key": f"Basic {write_key}",
        "Visitor token": f"Bearer {token(bare)}",
    }
    security = {name: operation["security"] for name, operation in operations(described)}
    sent: dict[str, int] = {}
    for operation in schema.get_all_operations():
        assert isinstance(operation, Ok)
        one = operation.ok()
        for mode in GenerationMode:
            caller = Caller(keys[next(iter(security[one.label][0]))])
            sent[one.label] = sent.get(one.label, 0) + send(bare, one.as_strategy(generation_mode=mode), caller)
    return sent


def token(bare: Api) -> str:
    """The visitor token of somebody."""
    until = datetime.now(UTC) + timedelta(hours=1)
    return visiting.write("u-1", until, derived(bare.parts.config.encryption_keys, USE)[0])


def send(bare: Api, cases: Any, caller: AuthBase) -> int:
    """Send examples of one operation."""
    count = 0

    @given(case=cases)
    @settings(
        max_examples=EXAMPLES,
        database=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def ask(case: Case[Any]) -> None:
        nonlocal count
        count += 1
        answer = case.call(base_url=bare.url, auth=caller, timeout=20)
        case.validate_response(answer, checks=[not_a_server_error])
        assert answer.status_code != 401, "what is behind the gate was never reached"

    ask()
    return count
