"""What the product's backend asks of Homing: a few calls over HTTP, with the person's words passed on as they are."""

from dataclasses import dataclass
from typing import Any

import requests

from demo.signup.visits import Visit

TIMEOUT_S = 10
PURPOSE = "signup"
SOURCE = "signup page of the demo"


class Refusal(Exception):
    """What Homing says against it, in words for the person."""


@dataclass(frozen=True, slots=True)
class Backend:
    """`api` is the API's address; `key` is one of all scopes."""

    api: str
    key: str

    def send_code(self, visit: Visit) -> None:
        """To the phone or mailbox that the visitor has named."""
        asked = {"to": visit.to, "channels": [visit.channel], "purpose": PURPOSE, "locale": visit.locale}
        visit.verification = str(self._call("POST", "/v1/verifications", asked)["id"])

    def send_again(self, visit: Visit) -> None:
        """The same code, if the pause is over."""
        self._call("POST", f"/v1/verifications/{visit.verification}/resend", {})

    def check(self, visit: Visit, code: str) -> None:
        """Whether this is the code; only then somebody is signed up, and welcomed by their journey."""
        self._call("POST", f"/v1/verifications/{visit.verification}/check", {"code": code})
        contact = "email" if visit.channel == "email" else "phone"
        consent = {"topic": "onboarding", "given": True, "source": SOURCE}
        person = {
            contact: visit.to,
            "locale": visit.locale,
            "channels": [visit.channel],
            "attributes": {"first_name": visit.name},
            "consents": [consent],
        }
        self._call("PUT", f"/v1/users/{visit.user_id}", person)
        visit.welcome = True

    def token(self, visit: Visit) -> str:
        """By which the visitor's browser is known to be theirs."""
        return str(self._call("POST", f"/v1/users/{visit.user_id}/visitor-tokens", {})["token"])

    def report(self, visit: Visit, event: str) -> None:
        """They have done something; each thing counts once."""
        self._call("POST", f"/v1/users/{visit.user_id}/events", {"name": event, "message_id": event})

    def tell_here(self, visit: Visit) -> None:
        """From now on their messages come in the app, and elsewhere only if that cannot be."""
        self._call("PUT", f"/v1/users/{visit.user_id}", {"channels": ["in_app", visit.channel], "signup": False})

    def enrol(self, visit: Visit) -> dict[str, Any]:
        """An authenticator app for somebody who has signed up: its id and its QR code."""
        return self._call("POST", f"/v1/users/{visit.user_id}/authenticators", {"account": visit.to[:64]})

    def confirm(self, visit: Visit, app: str, code: str) -> list[str]:
        """The first code of the app. The recovery codes."""
        answer = self._call("POST", f"/v1/users/{visit.user_id}/authenticators/{app}/confirm", {"code": code})
        return [str(one) for one in answer["recovery_codes"]]

    def _call(self, method: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self.key}"}
        try:
            answer = requests.request(method, f"{self.api}{path}", json=body, headers=headers, timeout=TIMEOUT_S)
            told: dict[str, Any] = answer.json()
        except (requests.RequestException, ValueError):
            raise Refusal("Homing does not answer just now; please try again.") from None
        if not answer.ok:
            raise Refusal(str(told.get("detail", "that did not work")))
        return told
