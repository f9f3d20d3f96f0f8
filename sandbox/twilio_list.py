"""Which messages and calls Twilio lists: its filters, its order and its pages."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from sandbox.store import TEXTS, Message, Store
from sandbox.twilio_resource import date_sent, provider_address

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
    """The page of messages that a query asks for. Raises ValueError for what is no number or no date."""
    texts = addressed(store, query, TEXTS)
    return cut(store, query, [one for one in texts if within(query, "DateSent", date_sent(one, now))])


def cut(store: Store, query: dict[str, str], found: list[Message]) -> Page:
    """The page of what was found. Raises ValueError for what is no number."""
    size = min(max(int(query.get("PageSize", DEFAULT_PAGE_SIZE)), 1), LARGEST_PAGE)
    if token := query.get("PageToken"):
        last = store.with_provider_id(token.removeprefix("PA"))
        found = [message for message in found if last is None or message.id < last.id]
    return Page(found[:size], int(query.get("Page", 0)), size, len(found) > size)


def page_json(page: Page, path: str, items: dict[str, list[dict[str, Any]]], query: dict[str, str]) -> dict[str, Any]:
    """The page in Twilio's JSON, with the addresses of its neighbours; `items` by the name that Twilio gives them."""
    kept = {key: value for key, value in query.items() if key not in ("Page", "PageToken")}

    def uri(number: int, token: dict[str, str] | None = None) -> str:
        place = {"PageSize": str(page.size), "Page": str(number)} | (token or {})
        return f"{path}.json?{urlencode(kept | place)}"

    start = page.number * page.size
    after_last = {"PageToken": f"PA{page.messages[-1].provider_id}"} if page.more else None
    return {
        "end": start + max(len(page.messages) - 1, 0),
        "first_page_uri": uri(0),
        "next_page_uri": uri(page.number + 1, after_last) if page.more else None,
        "page": page.number,
        "page_size": page.size,
        "previous_page_uri": None,  # Twilio gives one, but nobody here reads backwards
        "start": start,
        "uri": uri(page.number),
        **items,
    }


def addressed(store: Store, query: dict[str, str], channels: Collection[str]) -> list[Message]:
    """What went by these channels from and to the wanted addresses, newest first."""
    to, sender = query.get("To"), query.get("From")
    return [
        message
        for message in reversed(store.messages(to=to))
        if message.channel in channels
        and to in (None, provider_address(message, message.to))
        and sender in (None, provider_address(message, message.sender))
    ]


def within(query: dict[str, str], name: str, time: datetime | None) -> bool:
    """Whether a time fits the filters of this name, which mean whole days in UTC, both ends included.

    What has not happened yet, such as the sending of a queued message, fits none of them.
    """
    bounds = {key: _day(query[key]) for key in (name, f"{name}<", f"{name}>") if key in query}
    if not bounds:
        return True
    if time is None:
        return False
    day = time.date()
    first, last = bounds.get(f"{name}>", date.min), bounds.get(f"{name}<", date.max)
    return first <= day <= last and bounds.get(name, day) == day


def _day(text: str) -> date:
    return date.fromisoformat(text[:10])
