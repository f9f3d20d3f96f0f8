"""Twilio's API (2010-04-01) as its SDKs use it: create, fetch and list messages; calls are next door."""

import base64
import binascii
import re
import secrets
from datetime import UTC, datetime
from urllib.parse import parse_qs

from fastapi import Request
from fastapi.responses import JSONResponse, Response

from sandbox.faults import Faults, answer
from sandbox.reception import Accept
from sandbox.store import TEXTS, Message, Store
from sandbox.twilio_addresses import split
from sandbox.twilio_calls import Calls
from sandbox.twilio_list import find_page, page_json
from sandbox.twilio_resource import error, message_json, refuse, resource_path
from sandbox.twilio_rules import Draft, draft, refusal, shown

RESOURCE = re.compile(r"/2010-04-01/Accounts/(?P<account>\w+)/(?P<kind>Messages|Calls)(?:/(?P<sid>\w+))?\.json")


class Twilio:
    """One account at Twilio."""

    def __init__(self, store: Store, faults: Faults, accept: Accept, account_sid: str, auth_token: str) -> None:
        self._store = store
        self._faults = faults
        self._take = accept
        self._account_sid = account_sid
        self._calls = Calls(store, faults, accept, account_sid)
        self._credentials = f"{account_sid}:{auth_token}".encode()

    async def __call__(self, request: Request) -> Response:
        """Answer any request below /2010-04-01."""
        if not self._authorised(request):
            return error(20003)
        resource = RESOURCE.fullmatch(request.url.path)
        if resource is None or resource["account"] != self._account_sid:
            return error(20404)
        kind = self._calls if resource["kind"] == "Calls" else self
        if request.method == "POST" and not resource["sid"]:
            return await kind.create(request)
        if request.method != "GET":
            return error(20004)
        return await (kind.fetch(request, resource["sid"]) if resource["sid"] else kind.list(request))

    def _authorised(self, request: Request) -> bool:
        scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
        try:
            given = base64.b64decode(encoded, validate=True)
        except binascii.Error:
            return False
        return scheme.lower() == "basic" and secrets.compare_digest(given, self._credentials)

    async def create(self, request: Request) -> Response:
        """Take a message, or refuse it."""
        body = (await request.body()).decode(errors="replace")
        message = draft(parse_qs(body, keep_blank_values=True))
        fault = self._faults.first("send", message.channel, message.to)
        return await answer(request, fault, lambda: self._accept(message), refuse)

    def _accept(self, posted: Draft) -> Response:
        if code := refusal(posted):
            return error(code)
        message = Message(
            channel=posted.channel,
            to=posted.to,
            sender=None if posted.messaging_service_sid else posted.sender,
            text=shown(posted),
            content_sid=posted.content_sid,
            provider_id=f"SM{secrets.token_hex(16)}",
            time=datetime.now(UTC),
            status_callback=posted.status_callback,
            messaging_service_sid=posted.messaging_service_sid,
            num_media=posted.num_media,
        )
        (message,) = self._take([message])
        return JSONResponse(message_json(message, self._account_sid, message.time), 201)

    async def fetch(self, request: Request, sid: str) -> Response:
        """One message."""
        message = self._store.with_provider_id(sid)
        if message is None or message.channel not in TEXTS:
            return error(20404)
        resource = message_json(message, self._account_sid, datetime.now(UTC))
        fault = self._faults.first("ask", message.channel, message.to)
        return await answer(request, fault, lambda: JSONResponse(resource), refuse)

    async def list(self, request: Request) -> Response:
        """Messages, page by page."""
        query = dict(request.query_params)
        to = query.get("To")
        channel, address = split(to) if to else (None, None)
        fault = self._faults.first("ask", channel or ("sms" if to else None), address)
        return await answer(request, fault, lambda: self._page(query), refuse)

    def _page(self, query: dict[str, str]) -> Response:
        now = datetime.now(UTC)
        try:
            page = find_page(self._store, query, now)
        except ValueError:
            return error(20001)
        items = {"messages": [message_json(message, self._account_sid, now) for message in page.messages]}
        return JSONResponse(page_json(page, resource_path(self._account_sid, "Messages"), items, query))
