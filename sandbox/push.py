"""A push service, and the browsers behind it: who is pushed to, what they show, and what they report."""

import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field

from sandbox.browsers import Browser, Browsers, Notification, decrypted
from sandbox.faults import Fault, Faults, answer
from sandbox.push_rules import refusal

Report = Callable[[Notification, str], None]


class Allowed(BaseModel):
    """Somebody allows notifications: `key` is the public key of who may push."""

    model_config = ConfigDict(extra="forbid")

    owner: Annotated[str, Field(min_length=1, max_length=200)]
    key: Annotated[str, Field(min_length=80, max_length=100)]


class Push:
    """The routes of the push service, and of the page."""

    def __init__(self, browsers: Browsers, faults: Faults, report: Report) -> None:
        self._browsers, self._faults, self._report = browsers, faults, report
        self.router = APIRouter(prefix="/push")
        for path, what, method, status in (
            ("/browsers", self.allow, "POST", 201),
            ("/browsers", self.everyone, "GET", 200),
            ("/browsers/{browser_id}", self.close, "DELETE", 204),
            ("/notifications", self.shown, "GET", 200),
            ("/notifications/{notification_id}/click", self.click, "POST", 201),
            ("/{browser_id}", self.push, "POST", 201),
        ):
            self.router.add_api_route(path, what, methods=[method], status_code=status, response_model=None)

    async def allow(self, allowed: Allowed, request: Request) -> dict[str, Any]:
        """A new browser; its subscription is what the page would hand to us."""
        made = self._browsers.subscribe(allowed.owner, allowed.key)
        return {"id": made.id, "owner": made.owner, "subscription": made.subscription(str(request.base_url))}

    async def everyone(self) -> list[dict[str, Any]]:
        """All browsers."""
        return [{"id": one.id, "owner": one.owner, "gone": one.gone} for one in self._browsers.all()]

    async def close(self, browser_id: str) -> None:
        """Notifications are not allowed any more; nobody is told but who pushes next."""
        found = self._browsers.get(browser_id)
        if found is None:
            raise HTTPException(404, f"there is no browser {browser_id}")
        self._browsers.save(found.model_copy(update={"gone": True}))

    async def shown(self, owner: str | None = None) -> list[dict[str, Any]]:
        """What the browsers show, the oldest first."""
        return [one.model_dump(mode="json") for one in self._browsers.notifications(owner)]

    async def click(self, notification_id: int) -> dict[str, Any]:
        """The person clicks on one."""
        found = next((one for one in self._browsers.notifications() if one.id == notification_id), None)
        if found is None:
            raise HTTPException(404, f"there is no notification {notification_id}")
        clicked = self._browsers.change(found.model_copy(update={"clicked": True}))
        self._report(clicked, "clicked")
        return clicked.model_dump(mode="json")

    async def push(self, browser_id: str, request: Request) -> Response:
        """A push comes in."""
        body, browser = await request.body(), self._browsers.get(browser_id)
        fault = self._faults.first("send", "push", browser.owner if browser else None)
        return await answer(request, fault, lambda: self._accept(request, body, browser), _refuse)

    def _accept(self, request: Request, body: bytes, browser: Browser | None) -> Response:
        origin = str(request.base_url).rstrip("/")
        refused = refusal(request.headers, body, browser, origin)
        if refused or browser is None:
            status, why = refused or (410, "")
            return JSONResponse({"message": why}, status)
        self._arrive(browser, request, body)
        return Response(status_code=201, headers={"Location": f"{origin}/push/messages/{secrets.token_urlsafe(12)}"})

    def _arrive(self, browser: Browser, request: Request, body: bytes) -> None:
        about: dict[str, Any] = {
            "browser": browser.id,
            "owner": browser.owner,
            "topic": request.headers.get("topic") or secrets.token_urlsafe(12),
            "ttl": int(request.headers["ttl"]),
            "urgency": request.headers.get("urgency", "normal"),
            "time": datetime.now(UTC),
        }
        try:
            said = decrypted(browser, body)
        except ValueError as error:
            self._browsers.show(Notification(**about, problem=str(error)))
            return
        words = {name: said[name] for name in ("title", "text", "link", "tag", "receipt") if name in said}
        self._report(self._browsers.show(Notification(**about, **words)), "delivered")


def _refuse(fault: Fault) -> Response:
    headers = {} if fault.retry_after is None else {"Retry-After": str(fault.retry_after)}
    return JSONResponse({"message": "the sandbox was told to answer with this"}, fault.status_code or 500, headers)
