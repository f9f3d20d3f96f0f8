"""The command that lets somebody have a browser in the sandbox."""

from dataclasses import dataclass
from typing import Annotated, Any

import requests
import typer

from cli.common import STATE_DIR, paper
from domain.errors import BadInput, NotFound, Unreachable

TIMEOUT_S = 10.0
NO_STACK = "no local stack runs here, and browsers of the sandbox are of one: starter.py up"


@dataclass(frozen=True, slots=True)
class Place:
    """Where Homing and the sandbox are."""

    api: str
    api_key: str
    sandbox: str


def browser(user_id: Annotated[str, typer.Argument(help="Whose it is, as they have signed up.")]) -> None:
    """Give somebody a browser of the sandbox in which notifications are allowed. Its page shows them.

    Example: starter.py browser u-1
    """
    from stack.info import StackInfo  # not part of a production image

    info = StackInfo.read(STATE_DIR)
    if info is None:
        raise NotFound(NO_STACK)
    made = allow(Place(info.api, info.api_key, info.sandbox_url), user_id)
    paper.print(f"{user_id} has the browser {made}; {info.sandbox_url} shows what comes to it")


def allow(place: Place, user_id: str) -> str:
    """As the page of a customer would do it, with a visitor token; the browser's id. Raises HomingError."""
    of = f"{place.api}/v1/users/{user_id}/visitor-tokens"
    visitor = str(_call("POST", of, {}, place.api_key)["token"])
    key = _call("GET", f"{place.api}/v1/push/key")["key"]
    made = _call("POST", f"{place.sandbox}/push/browsers", {"owner": user_id, "key": key})
    _call("POST", f"{place.api}/v1/push/subscriptions", {**made["subscription"], "key": key}, visitor)
    return str(made["id"])


def _call(method: str, url: str, body: Any = None, bearer: str = "") -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {bearer}"} if bearer else {}
    try:
        answer = requests.request(method, url, json=body, headers=headers, timeout=TIMEOUT_S)
    except requests.RequestException as error:
        raise Unreachable(f"the local stack does not answer ({type(error).__name__})") from None
    found: dict[str, Any] = answer.json() if answer.content else {}
    if not answer.ok:
        raise BadInput(str(found.get("detail", answer.status_code)))
    return found
