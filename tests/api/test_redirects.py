"""Short links over HTTP: where they lead, whose clicks count, and what journeys hear of them."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError
from temporalio.testing import WorkflowEnvironment

from api.following import Following
from api.link_words import WORDS
from api.mailroom import Mailroom
from client.clicks import Clicks, says_it_is_a_machine
from domain.links.clicks import BURST
from domain.preferences.links import PATHS
from models import events, links
from models.database import Database
from models.links import Link
from models.messages import Message
from runtime.link_keys import make_links
from tests.api.conftest import Api, parts_on, served
from tests.api.preferring import KEYS, config
from tests.client.post import Post

CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36"
)
PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5"
    " Mobile/15E148 Safari/604.1"
)
SHOP = "https://shop.example/a?b=1&c=%20#d"
LISTENING = """
journey: trip
title: Trip
entry: {event: signed_up}
topic: test
steps:
  - {id: say, send: hello}
  - {id: seen, wait_for: {event: message_clicked}, timeout: 1d}
  - {id: ask, branch: [{if: {step: say, outcome: clicked}, do: [{id: tip, send: hello}]}]}
"""


@dataclass
class Sent:
    """A message with links, as a journey has sent it an hour ago."""

    api: Api
    channel: str = "email"
    urls: tuple[str, ...] = (SHOP,)
    ago: timedelta = timedelta(hours=1)

    def __post_init__(self) -> None:
        self.post = Post(self.api.parts.database)
        self.user = self.api.user("alice")
        self.post.person(self.user)
        then = datetime.now(UTC) - self.ago
        times = {"reserved_at": then, "reserved_real_at": then, "settled_at": then}
        self.row: Message = self.post.sent(self.user, self.channel, LISTENING, **times)
        self.ids = [f"{self.row.id[:11]}{number}" for number, _ in enumerate(self.urls)]
        numbered = enumerate(zip(self.ids, self.urls, strict=True), start=1)
        made = [Link(id=one, message_id=self.row.id, position=at, url=url) for at, (one, url) in numbered]
        with self.api.parts.database.session() as session:
            links.record(session, made)

    @property
    def clicks(self) -> list[tuple[int, int]]:
        """Of each link: clicks of people, and of machines."""
        with self.api.parts.database.session() as session:
            rows = [session.get_one(Link, one) for one in self.ids]
        return [(row.clicks, row.machine_clicks) for row in rows]

    @property
    def clicked(self) -> bool:
        """Whether the message counts as clicked."""
        return self.post.message(self.row).clicked_at is not None

    @property
    def heard(self) -> list[dict[str, Any]]:
        """The events of it."""
        with self.api.parts.database.session() as session:
            return [one.properties for one in events.events_of(session, self.user) if one.name == "message_clicked"]


@pytest.fixture
async def place(temporal: WorkflowEnvironment, database: Database) -> AsyncIterator[Api]:
    """An API with links, which judges when it is told to."""
    async with served(replace(parts_on(temporal.client, database), config=config()), relaying=False) as ready:
        yield ready


async def follow(place: Api, link: str, agent: str | None = CHROME, method: str = "GET", **headers: str) -> Any:
    known = {"User-Agent": agent} if agent is not None else {"User-Agent": ""}
    return await place.call(method, f"/l/{link}", key="", headers=known | headers, allow_redirects=False)


async def judge(place: Api, *, later: timedelta = timedelta(0)) -> bool:
    """What the API does a moment later."""
    following = Following.of(Mailroom.of(place.parts))

    class Ahead(Clicks):
        def judge(self, real_now: datetime) -> Any:
            return super().judge(real_now + later)

    following.clicks = Ahead(place.parts.database, place.parts.clock)
    return await following.judge()


async def test_a_person_is_sent_on_and_their_journey_hears_of_it(place: Api) -> None:
    """At once to what is stored, kept by no cache; then the message is clicked, once, with link and site."""
    sent = Sent(place)
    for _ in range(2):
        answer = await follow(place, sent.ids[0])
        assert (answer.status_code, answer.headers["location"], answer.text) == (302, SHOP, "")
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["referrer-policy"] == "no-referrer"
    assert not sent.clicked
    assert not await judge(place)
    assert sent.clicked
    assert sent.clicks == [(2, 0)]
    await follow(place, sent.ids[0])
    await judge(place)
    assert sent.clicks == [(3, 0)]
    about = {"channel": "email", "step": "say", "template": "hello", "journey": "trip"}
    assert sent.heard == [about | {"link": 1, "host": "shop.example"}]
    assert [(kind, payload["outcome"]) for kind, _, payload in sent.post.tellings()] == [("receipt", "clicked")]
    assert [one.state for one in sent.post.kept(sent.row)] == ["clicked"]


@pytest.mark.parametrize(
    ("agent", "headers"),
    [
        ("WhatsApp/2.23.20.0", {}),
        ("facebookexternalhit/1.1 Facebot Twitterbot/1.0", {}),  # previews of iMessage
        ("Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)", {}),
        ("BarracudaCentral/1.0", {}),
        ("python-requests/2.32", {}),
        ("", {}),
        (CHROME, {"Sec-Purpose": "prefetch;prerender"}),
        (CHROME, {"X-Purpose": "preview"}),
    ],
)
async def test_what_says_that_it_is_a_machine_is_sent_on_and_tells_nobody(
    place: Api, agent: str, headers: dict[str, str]
) -> None:
    """Previews of messengers, scanners, programs, and browsers that look ahead."""
    sent = Sent(place, channel="sms")
    answer = await follow(place, sent.ids[0], agent, **headers)
    assert (answer.status_code, answer.headers["location"]) == (302, SHOP)
    assert not await judge(place)
    assert (sent.clicks, sent.clicked, sent.heard, sent.post.tellings()) == ([(0, 1)], False, [], [])


async def test_looking_is_no_click(place: Api) -> None:
    """HEAD says where a link leads, and counts nothing."""
    sent = Sent(place)
    answer = await follow(place, sent.ids[0], method="HEAD")
    assert (answer.status_code, answer.headers["location"]) == (302, SHOP)
    assert (await follow(place, sent.ids[0], method="POST")).status_code == 405
    assert sent.clicks == [(0, 0)]


async def test_who_follows_several_links_of_a_mail_at_once_is_a_scanner(place: Api) -> None:
    """Even the first of them tells nobody: it is judged when that second is over. A person may follow one later."""
    sent = Sent(place, urls=(SHOP, "https://shop.example/b", "https://shop.example/c"))
    await asyncio.gather(*(follow(place, one) for one in sent.ids[:2]))
    assert await judge(place)  # too early to tell
    assert sent.clicks == [(0, 0)] * 3
    assert not await judge(place, later=BURST * 1.1)
    assert (sent.clicks, sent.clicked, sent.heard) == ([(0, 1), (0, 1), (0, 0)], False, [])
    await asyncio.sleep(0)
    with place.parts.database.session() as session:
        links.hit(session, sent.ids[0], datetime.now(UTC) + BURST * 3, machine=False)
    await judge(place, later=BURST * 5)
    assert (sent.clicks[0], sent.clicked, len(sent.heard)) == ((1, 1), True, 1)


@pytest.mark.parametrize(("channel", "ago", "counts"), [("email", 2, False), ("email", 30, True), ("sms", 1, True)])
async def test_a_mail_that_was_sent_this_moment_can_only_be_scanned(
    place: Api, channel: str, ago: int, counts: bool
) -> None:
    """A text is in the hand already."""
    sent = Sent(place, channel=channel, ago=timedelta(seconds=ago))
    await follow(place, sent.ids[0], PHONE)
    await judge(place)
    assert sent.clicked is counts


async def test_what_a_process_left_behind_is_told_once(place: Api) -> None:
    """It may die after any of the steps; another one does them again."""
    sent = Sent(place)
    await follow(place, sent.ids[0])
    following = Following.of(Mailroom.of(place.parts))
    judged = following.clicks.judge(datetime.now(UTC))
    await following.mailroom.take(judged.receipts)  # and no more
    await asyncio.gather(judge(place), judge(place))
    assert sent.clicks == [(1, 0)]
    assert len(sent.heard) == 1
    assert [kind for kind, _, _ in sent.post.tellings()] == ["receipt"]


async def test_the_api_judges_by_itself(place: Api) -> None:
    """Whoever sends somebody on wakes what judges."""
    sent = Sent(place, channel="sms")
    following = Following.of(Mailroom.of(place.parts))
    running = asyncio.create_task(following.run())
    await asyncio.to_thread(following.clicks.follow, sent.ids[0], datetime.now(UTC), machine=False)
    following.wake()
    async with asyncio.timeout(10):
        while not sent.clicked:  # noqa: ASYNC110  PostgreSQL tells nobody
            await asyncio.sleep(0.02)
    running.cancel()


@pytest.mark.parametrize("link", ["A" * 12, "short", "a" * 4000, "%00%F0%9F%98%80", "https:evil.example", "..."])
async def test_a_link_that_is_none_leads_nowhere(place: Api, link: str) -> None:
    """With a page that says so in the language of the browser; nobody is ever sent to what an address says."""
    answer = await follow(place, link, **{"Accept-Language": "tr"})
    assert (answer.status_code, "location" in answer.headers) == (404, False)
    assert answer.headers["content-type"].startswith("text/html")
    assert WORDS["tr"].nowhere.split(".")[0] in answer.text.replace("<bdi>Acme</bdi>", "{product}")


async def test_while_the_database_is_away_people_are_asked_to_come_back(
    temporal: WorkflowEnvironment, migrated: Database
) -> None:
    """In a minute, on a page: nobody knows where the link leads."""
    mine = Database(migrated.engine.url.render_as_string(hide_password=False))
    async with served(replace(parts_on(temporal.client, mine), config=config()), relaying=False) as away:
        mine.engine = Database("postgresql://nobody@127.0.0.1:1/nothing").engine
        made = make_links("", KEYS)
        assert made
        ways = ["/l/" + "A" * 12, *(made.url(purpose, "a" * 32, datetime.now(UTC)) for purpose in PATHS)]
        for way in ways:
            answer = await away.call("GET", way, key="", headers={"User-Agent": CHROME})
            assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
            assert WORDS["en"].later.split(".")[0] in answer.text


async def test_letters_of_any_language_reach_the_browser(place: Api) -> None:
    """A header is ASCII; what was written in ASCII is not touched."""
    sent = Sent(place, urls=("https://x.example/straße?q=%C3%BC;'(a)&b=日#é",))
    answer = await follow(place, sent.ids[0])
    assert answer.headers["location"] == "https://x.example/stra%C3%9Fe?q=%C3%BC;'(a)&b=%E6%97%A5#%C3%A9"


def test_only_addresses_of_the_web_are_stored(database: Database) -> None:
    """PostgreSQL itself refuses the rest."""
    post = Post(database)
    post.person()
    message = post.sent()
    with pytest.raises(IntegrityError), database.session() as session:
        links.record(session, [Link(id="a" * 12, message_id=message.id, position=1, url="javascript:alert(1)")])


async def test_links_go_with_the_person_and_are_in_their_export(place: Api) -> None:
    """They are theirs by their message, also after a merge."""
    sent = Sent(place)
    await follow(place, sent.ids[0])
    export = (await place.call("GET", f"/v1/users/{sent.user}/export")).json()
    assert [(one["id"], one["url"]) for one in export["links"]] == [(sent.ids[0], SHOP)]
    assert (await place.call("DELETE", f"/v1/users/{sent.user}")).status_code in (200, 202, 204)
    assert (await follow(place, sent.ids[0])).status_code == 404


@pytest.mark.parametrize(
    "agent", [CHROME, PHONE, "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0"]
)
def test_browsers_are_people(agent: str) -> None:
    """Or nobody would ever click."""
    assert not says_it_is_a_machine(agent)


def test_every_language_has_words_for_a_link_that_leads_on() -> None:
    """As for those in place of a code."""
    assert len({words.nowhere for words in WORDS.values()} | {words.later for words in WORDS.values()}) == 10
