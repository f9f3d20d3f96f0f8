"""Twilio's Calls API (2010-04-01) as its SDKs use it: create, fetch and list. What a call says is kept to be read."""

import secrets
from datetime import UTC, datetime
from urllib.parse import parse_qs

from fastapi import Request
from fastapi.responses import JSONResponse, Response

from sandbox.faults import Faults, answer
from sandbox.reception import Accept
from sandbox.store import Message, Store
from sandbox.twilio_call_resource import call_json, started
from sandbox.twilio_call_rules import CallDraft, call_draft, call_refusal, said
from sandbox.twilio_list import addressed, cut, page_json, within
from sandbox.twilio_resource import error, refuse, resource_path

CHANNEL = "voice"


class Calls:
    """The calls of one account."""

    def __init__(self, store: Store, faults: Faults, accept: Accept, account_sid: str) -> None:
        self._store = store
        self._faults = faults
        self._take = accept
        self._account_sid = account_sid

    async def create(self, request: Request) -> Response:
        """Make a call, or refuse to."""
        body = (await request.body()).decode(errors="replace")
        call = call_draft(parse_qs(body, keep_blank_values=True))
        fault = self._faults.first("send", CHANNEL, call.to)
        return await answer(request, fault, lambda: self._accept(call), refuse)

    async def fetch(self, request: Request, sid: str) -> Response:
        """One call."""
        call = self._store.with_provider_id(sid)
        if call is None or call.channel != CHANNEL:
            return error(20404)
        resource = call_json(call, self._account_sid, datetime.now(UTC))
        fault = self._faults.first("ask", CHANNEL, call.to)
        return await answer(request, fault, lambda: JSONResponse(resource), refuse)

    async def list(self, request: Request) -> Response:
        """Calls, page by page."""
        query = dict(request.query_params)
        fault = self._faults.first("ask", CHANNEL, query.get("To"))
        return await answer(request, fault, lambda: self._page(query), refuse)

    def _accept(self, posted: CallDraft) -> Response:
        if code := call_refusal(posted):
            return error(code)
        words = said(posted.twiml or "")
        call = Message(
            channel=CHANNEL,
            to=posted.to,
            sender=posted.sender,
            text=words.text,
            language=words.language,
            keys_url=words.keys_url,
            provider_id=f"CA{secrets.token_hex(16)}",
            time=datetime.now(UTC),
            status_callback=posted.status_callback,
            status_callback_events=posted.events,
        )
        (call,) = self._take([call])
        return JSONResponse(call_json(call, self._account_sid, call.time), 201)

    def _page(self, query: dict[str, str]) -> Response:
        now, path = datetime.now(UTC), resource_path(self._account_sid, "Calls")
        try:
            calls = addressed(self._store, query, {CHANNEL})
            page = cut(self._store, query, [one for one in calls if within(query, "StartTime", started(one, now))])
        except ValueError:
            return error(20001)
        return JSONResponse(page_json(page, path, {"calls": [self._json(one, now) for one in page.messages]}, query))

    def _json(self, call: Message, now: datetime) -> dict[str, object]:
        return call_json(call, self._account_sid, now)
