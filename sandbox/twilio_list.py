"""Which messages Twilio lists: its filters, its order and its pages."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from sandbox.store import Message, Store
from sandbox.twilio_resource import date_sent, message_json, messages_path, provider_address

DEFAULT_PAGE_SIZE = 50
LARGEST_PAGE = 1000


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list, newest message first; `number` counts from 0."""

    messages: list[Message]
    number: int
    size: int
    more: bool


def find_page(store: Store, query: dict[str, str], now: datetime) -> Page:
    """The page that a query asks for. Raises ValueError for what is no number or no date."""
    size = min(max(int(query.get("PageSize", DEFAULT_PAGE_SIZE)), 1), LARGEST_PAGE)
    found = [message for message in _addressed(store, query) if _sent_within(message, query, now)]
    if token := query.get("PageToken"):
        last = store.with_provider_id(token.removeprefix("PA"))
        found = [message for message in found if last is None or message.id < last.id]
    return Page(found[:size], int(query.get("Page", 0)), size, len(found) > size)


def page_json(page: Page, account_sid: str, now: datetime, query: dict[str, str]) -> dict[str, Any]:
    """The page in Twilio's JSON, with the addresses of its neighbours."""
    kept = {key: value for key, value in query.items() if key not in ("Page", "PageToken")}

    def uri(number: int, token: dict[str, str] | None = None) -> str:
        place = {"PageSize": str(page.size), "Page": str(number)} | (token or {})
        return f"{messages_path(account_sid)}.json?{urlencode(kept | place)}"

    start = page.number * page.size
    after_last = {"PageToken": f"PA{page.messages[-1].provider_id}"} if page.more else None
    return {
        "end": start + max(len(page.messages) - 1, 0),
        "first_page_uri": uri(0),
        "messages": [message_json(message, account_sid, now) for message in page.messages],
        "next_page_uri": uri(page.number + 1, after_last) if page.more else None,
        "page": page.number,
        "page_size": page.size,
        "previous_page_uri": None,  # Twilio gives one, but nobody here reads backwards
        "start": start,
        "uri": uri(page.number),
    }


def _addressed(store: Store, query: dict[str, str]) -> list[Message]:
    """Texts from and to the wanted addresses, newest first."""
    to, sender = query.get("To"), query.get("From")
    return [
        message
        for message in reversed(store.messages(to=to))
        if message.channel != "email"
        and to in (None, provider_address(message, message.to))
        and sender in (None, provider_address(message, message.sender))
    ]


def _sent_within(message: Message, query: dict[str, str], now: datetime) -> bool:
    """Whether the message fits the DateSent filters, which mean whole days in UTC, both ends included.

    A queued message has no date_sent and fits none of them.
    """
    bounds = {key: _day(query[key]) for key in ("DateSent", "DateSent<", "DateSent>") if key in query}
    if not bounds:
        return True
    sent = date_sent(message, now)
    if sent is None:
        return False
    day = sent.date()
    first, last = bounds.get("DateSent>", date.min), bounds.get("DateSent<", date.max)
    return first <= day <= last and bounds.get("DateSent", day) == day


def _day(text: str) -> date:
    return date.fromisoformat(text[:10])
