"""Web push, for browsers: the key to subscribe with, their subscriptions, and what became of notifications."""

import asyncio
from datetime import UTC, datetime

from fastapi import APIRouter, Request

from api.mailroom import mailroom_of
from api.parts import Parts, parts_of
from api.problems import Problem
from api.push_forms import EndpointForm, PushKey, PushReceiptForm, SubscriptionForm
from api.visiting import Visitor
from client.views import find
from domain import push as rules
from domain.delivery import ChannelName
from domain.errors import Misconfigured, NotFound
from domain.preferences.links import Forged, Purpose
from domain.receipts import Receipt, ReceiptState
from models import crowd
from models import push as browsers
from models.push import PushSubscription
from runtime.link_keys import make_links
from runtime.pushing import PushSetup

MOST_BYTES = 8_000
ANOTHER_KEY = "this browser was subscribed with another key than /v1/push/key gives now; subscribe it anew"

# Two of its routes ask for nothing, or for what came with a notification: they are for our own scripts.
router = APIRouter(prefix="/v1/push", tags=["Push"])


@router.get("/key", include_in_schema=False)
async def read_push_key(request: Request) -> PushKey:
    """The public key with which browsers subscribe. Everybody may know it."""
    return PushKey(key=_setup(parts_of(request)).public_key)


@router.post("/subscriptions", status_code=204)
async def subscribe_browser(user: Visitor, form: SubscriptionForm, request: Request) -> None:
    """This browser gets the notifications of the person whose page it shows. Tell it again whenever the page opens."""
    parts = parts_of(request)
    setup = _setup(parts)
    if form.key is not None and form.key.rstrip("=") != setup.public_key:
        raise Problem(409, "another-key", ANOTHER_KEY)
    setup.services.check(form.endpoint)
    rules.check_keys(form.keys.p256dh, form.keys.auth)
    row = _row(parts, setup, user, form, request.headers.get("user-agent", ""))
    await asyncio.to_thread(_register, parts, row)


@router.delete("/subscriptions", status_code=204)
async def unsubscribe_browser(user: Visitor, form: EndpointForm, request: Request) -> None:
    """This browser gets nothing any more. That it got nothing before is no error."""
    parts = parts_of(request)
    await asyncio.to_thread(_forget, parts, user, form.endpoint)


@router.post("/receipts", status_code=204, include_in_schema=False)
async def report_push(form: PushReceiptForm, request: Request) -> None:
    """A browser has shown a notification, or its person has clicked on it. The token came with the notification."""
    parts, now = parts_of(request), datetime.now(UTC)
    links = make_links(parts.config.public_url, parts.config.encryption_keys)
    if links is None:
        raise Forged("without HOMING_ENCRYPTION_KEYS no token is one of ours")
    message = links.message(Purpose.PUSH_RECEIPT, form.token, now)
    key, state = f"push:{message}:{form.state}", ReceiptState(form.state)
    await mailroom_of(request).take([Receipt(key, ChannelName.PUSH, state, message_id=message, at=now)])


def _setup(parts: Parts) -> PushSetup:
    if parts.push is None:
        raise NotFound("web push is not set up here; HOMING_VAPID_PRIVATE_KEY would be its key")
    return parts.push


def _row(parts: Parts, setup: PushSetup, user: str, form: SubscriptionForm, user_agent: str) -> PushSubscription:
    sealed = parts.seals.seal(form.keys.auth)
    if sealed is None:
        raise Misconfigured("set HOMING_ENCRYPTION_KEYS: what opens notifications is kept sealed")
    now = parts.now()
    return PushSubscription(
        id=rules.endpoint_id(form.endpoint),
        user_id=user,
        endpoint=form.endpoint,
        p256dh=form.keys.p256dh,
        auth=sealed,
        server_key=setup.public_key,
        browser=rules.browser(user_agent),
        created_at=now,
        registered_at=now,
    )


def _register(parts: Parts, row: PushSubscription) -> None:
    with parts.database.session() as session:
        row.user_id = find(session, row.user_id).id
        if not crowd.hold(session, [row.user_id]):
            raise NotFound(f"nobody is known by the id {row.user_id}")
        browsers.register(session, row)


def _forget(parts: Parts, user: str, endpoint: str) -> None:
    with parts.database.session() as session:
        browsers.forget(session, find(session, user).id, endpoint)
