"""Every kind of link that a message may carry, spoilt in every way: refused kindly, and nothing has changed.

And a scanner of a mail server that looks at each of the good ones.
"""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import text
from temporalio.testing import WorkflowEnvironment

from domain.preferences.links import GOOD_FOR, Purpose
from domain.verification import links as codes
from models import links
from models.database import Database
from models.links import Link
from runtime.sealing import new_key
from tests.api.conftest import Api, parts_on, served
from tests.api.preferring import Reader, config

SCANNER = {"User-Agent": "Mozilla/5.0 (compatible; MSIE 9.0; Windows NT 6.1)", "Sec-Purpose": "prefetch"}
FORMS: tuple[Any, ...] = ({}, {"List-Unsubscribe": "Two-Click"}, {"act": "nonsense"}, {"on": ["onboarding:sms"]})
ID = "AbCdEfGhIjK0"


@pytest.fixture
async def place(temporal: WorkflowEnvironment, database: Database) -> AsyncIterator[Api]:
    """An API with links."""
    async with served(replace(parts_on(temporal.client, database), config=config()), relaying=False) as ready:
        yield ready


def confirming(key: bytes = b"k" * 32, days: int = 1) -> str:
    """A link in place of a code, by a key that is not ours or for a verification that is not there."""
    return codes.write("a" * 32, "email", datetime.now(UTC) + timedelta(days=days), "login", key)


def good(reader: Reader) -> dict[str, str]:
    """The token of each kind, by the letter of its path."""
    tokens = {"u": reader.path(Purpose.UNSUBSCRIBE), "p": reader.path(Purpose.PREFERENCES)}
    return {letter: path.rpartition("/")[2] for letter, path in tokens.items()} | {"v": confirming(), "l": ID}


def state(place: Api) -> list[int]:
    """All that following a link could have changed."""
    counted = ("consents", "pauses", "events", "receipts", "outbox", "links where clicks + waiting > 0")
    with place.parts.database.session() as session:
        rows = [session.connection().scalar(text(f"select count(*) from {table}")) for table in counted]
    return [int(count or 0) for count in rows]


SPOILT: dict[str, Callable[[str], str]] = {
    "changed": lambda token: ("B" if token[0] == "A" else "A") + token[1:],
    "cut off": lambda token: token[:-1],
    "cut off before it begins": lambda token: "",
    "longer by a slash": lambda token: f"{token}/",
    "longer": lambda token: f"{token}A",
    "doubled": lambda token: token * 2,
    "turned": lambda token: token[::-1],
    "other letters": lambda token: "é" * len(token),
    "endless": lambda token: token * 100,
}


@pytest.mark.parametrize("letter", ["u", "p", "v", "l"])
async def test_a_spoilt_link_opens_nothing(place: Api, letter: str) -> None:
    """Forged, cut off, or of another purpose: a page for people, in no case an error of ours."""
    alice = Reader(place)
    with place.parts.database.session() as session:
        links.record(session, [Link(id=ID, message_id=alice.message, position=1, url="https://x.example/")])
    tokens = good(alice)
    paths = [spoil(tokens[letter]) for spoil in SPOILT.values()]
    paths += [token for other, token in tokens.items() if other != letter]
    before = state(place)
    for path in paths:
        for method, form in (
            ("GET", None),
            ("HEAD", None),
            ("POST", {"act": "leave", "List-Unsubscribe": "One-Click"}),
        ):
            answer = await place.call(method, f"/{letter}/{path}", key="", data=form, allow_redirects=False)
            assert 400 <= answer.status_code < 500, (letter, path, method)
            if method == "GET":
                assert answer.status_code in {"u": {403}, "p": {403}, "v": {410}, "l": {404}}[letter]
                assert answer.headers["content-type"].startswith("text/html")
    assert state(place) == before


@pytest.mark.parametrize("letter", ["u", "p", "v"])
async def test_a_link_that_is_over_says_so(place: Api, letter: str) -> None:
    """Whatever is done with it; short links last as long as their message."""
    purpose = {"u": Purpose.UNSUBSCRIBE, "p": Purpose.PREFERENCES}.get(letter, Purpose.PREFERENCES)
    old = Reader(place, sent=datetime.now(UTC) - GOOD_FOR[purpose] - timedelta(days=2))
    path = f"/v/{confirming(days=-1)}" if letter == "v" else old.path(purpose)
    before = state(place)
    for method, form in (("GET", None), ("POST", {"act": "leave", "List-Unsubscribe": "One-Click"})):
        answer = await place.call(method, path, key="", data=form)
        assert answer.status_code == 410
        assert answer.headers["content-type"].startswith("text/html")
    assert state(place) == before


@pytest.mark.parametrize("purpose", [Purpose.UNSUBSCRIBE, Purpose.PREFERENCES])
async def test_a_key_that_was_taken_out_of_the_ring_opens_nothing(place: Api, purpose: Purpose) -> None:
    """As a key of somebody else's."""
    path = Reader(place).path(purpose, keys=SecretStr(new_key()))
    assert (await place.call("POST", path, key="", data={"act": "leave"})).status_code == 403


async def test_a_scanner_may_look_at_every_link_of_a_mail(place: Api) -> None:
    """By GET, HEAD and prefetch, and by posting what no button and no mail program does."""
    alice = Reader(place)
    with place.parts.database.session() as session:
        links.record(session, [Link(id=ID, message_id=alice.message, position=1, url="https://x.example/")])
    before = state(place)
    for letter, token in good(alice).items():
        for method in ("GET", "HEAD", "OPTIONS"):
            await place.call(method, f"/{letter}/{token}", key="", headers=SCANNER, allow_redirects=False)
    for form in FORMS:
        assert (await place.call("POST", alice.path(), key="", data=form, headers=SCANNER)).status_code == 422
        asked = await place.call("POST", alice.path(Purpose.UNSUBSCRIBE), key="", data=form, headers=SCANNER)
        assert (asked.status_code, "<button" in asked.text) == (200, True)  # the question, once more
    assert state(place) == before
