"""The inbox of a person's own page over HTTP: theirs alone, and what they do with it is a receipt as any other."""

from datetime import UTC, datetime, timedelta

import pytest

from api.visiting import USE
from client.inputs import Happened
from domain import visiting
from models.messages import Message
from runtime.derived_keys import derived
from tests.api.conftest import ALICE, PUBLIC_URL, Api
from tests.api.visitors import token_of, write
from tests.client.post import Post
from tests.client.test_receipts import LOOKING

BOB = {"email": "bob@example.com"}


@pytest.fixture
async def alice(bare: Api) -> str:
    """The token of Alice's page."""
    await bare.put("alice", ALICE)
    return await token_of(bare, "alice")


def stored(api: Api, message: Message) -> Message:
    """A message as it is on record now."""
    return Post(api.parts.database).message(message)


async def test_the_inbox_has_what_was_sent_newest_first(bare: Api, alice: str) -> None:
    """A page at a time; and what a browser has fetched is delivered."""
    sent = [write(bare, "alice", title) for title in ("one", "two", "three")]
    page = (await bare.call("GET", "/v1/inbox?limit=2", key=alice)).json()
    assert ([item["title"] for item in page["items"]], page["unread"]) == (["three", "two"], 3)
    rest = (await bare.call("GET", f"/v1/inbox?before={page['before']}", key=alice)).json()
    assert ([item["title"] for item in rest["items"]], rest["before"]) == (["one"], None)
    assert [stored(bare, message).receipt for message in sent] == ["delivered"] * 3


async def test_the_inbox_leads_to_the_preference_centre(bare: Api, alice: str) -> None:
    """In the app there is no footer to leave by."""
    assert (await bare.call("GET", "/v1/inbox", key=alice)).json()["preferences"] is None
    write(bare, "alice")
    link = (await bare.call("GET", "/v1/inbox", key=alice)).json()["preferences"]
    choosing = await bare.call("GET", link.removeprefix(PUBLIC_URL), key="")
    assert (choosing.status_code, ":in_app" in choosing.text) == (200, True)


@pytest.mark.parametrize(
    ("deed", "receipt", "unread", "shown"),
    [("open", "opened", 0, 1), ("click", "clicked", 0, 1), ("dismiss", None, 0, 0)],
)
async def test_what_the_person_does_is_on_record_once(
    bare: Api, alice: str, deed: str, receipt: str | None, unread: int, shown: int
) -> None:
    """Also when the browser says so again."""
    message = write(bare, "alice")
    for _ in range(2):
        answer = await bare.call("POST", f"/v1/inbox/{message.id}/{deed}", key=alice)
        assert answer.json() == {"unread": unread}
    assert stored(bare, message).receipt == receipt
    assert len(Post(bare.parts.database).kept(message)) == {"open": 1, "click": 2, "dismiss": 0}[deed]
    assert len((await bare.call("GET", "/v1/inbox", key=alice)).json()["items"]) == shown


async def test_journeys_hear_of_it(bare: Api, alice: str) -> None:
    """By the one way of all receipts; and the provider of a message that is opened has it."""
    message = write(bare, "alice", journey=LOOKING)
    await bare.call("POST", f"/v1/inbox/{message.id}/open", key=alice)
    told = [payload["outcome"] for kind, _, payload in Post(bare.parts.database).tellings() if kind == "receipt"]
    assert told == ["opened"]
    assert stored(bare, message).state == "accepted"


async def test_all_can_be_read_at_once(bare: Api, alice: str) -> None:
    """However many."""
    sent = [write(bare, "alice") for _ in range(3)]
    assert (await bare.call("POST", "/v1/inbox/read-all", key=alice)).json() == {"unread": 0}
    assert {stored(bare, message).receipt for message in sent} == {"opened"}


async def test_another_persons_message_does_not_exist(bare: Api, alice: str) -> None:
    """Nor is it in the inbox."""
    await bare.put("bob", BOB)
    message = write(bare, "bob")
    answer = await bare.call("POST", f"/v1/inbox/{message.id}/open", key=alice)
    assert (answer.status_code, answer.json()["type"]) == (404, "urn:homing:problem:not-found")
    assert (await bare.call("GET", "/v1/inbox", key=alice)).json()["items"] == []
    assert stored(bare, message).receipt is None


def forged(api: Api, *, key: bytes | None = None, minutes: int = 5) -> str:
    """A token that somebody has made up, or one of before."""
    until = datetime.now(UTC) + timedelta(minutes=minutes)
    return visiting.write(api.user("alice"), until, key or derived(api.parts.config.encryption_keys, USE)[0])


async def test_a_forged_or_expired_token_opens_nothing(bare: Api, alice: str) -> None:
    """The page is told which it is, and may read that from wherever it is: it asks its backend for another."""
    tokens = {forged(bare, key=b"other"): "no-token", forged(bare, minutes=-1): "token-expired", bare.key: "no-token"}
    for token, kind in {**tokens, "": "no-token"}.items():
        for path in ("inbox", "inbox/stream", "checklist"):
            page = {"Origin": "https://acme.example"}
            answer = await bare.call("GET", f"/v1/{path}", key=token, headers=page)
            assert (answer.status_code, answer.json()["type"]) == (401, f"urn:homing:problem:{kind}")
            assert answer.headers["Access-Control-Allow-Origin"] == "*"


async def test_pages_of_any_site_may_call(bare: Api) -> None:
    """Browsers ask first; nothing else of the API answers them."""
    asks = {"Origin": "https://acme.example", "Access-Control-Request-Method": "GET"}
    asks["Access-Control-Request-Headers"] = "authorization,last-event-id"
    allowed = await bare.call("OPTIONS", "/v1/inbox/stream", key="", headers=asks)
    assert (allowed.status_code, allowed.headers["Access-Control-Allow-Origin"]) == (200, "*")
    assert "Access-Control-Allow-Origin" not in (await bare.call("OPTIONS", "/v1/users", key="", headers=asks)).headers


@pytest.mark.parametrize("link", ["javascript:alert(1)", "data:text/html,x", "//acme.example", "https://", ""])
async def test_a_link_leads_to_the_web_or_nowhere(bare: Api, alice: str, link: str) -> None:
    """Whatever a template makes of what people have given."""
    write(bare, "alice", link=link)
    [item] = (await bare.call("GET", "/v1/inbox", key=alice)).json()["items"]
    assert item["link"] is None


async def test_the_checklist_is_what_the_person_has_done(bare: Api, alice: str) -> None:
    """In their language, by their events."""
    done = Happened(user_id=bare.user("alice"), name="first_use", message_id="e-1")
    await bare.parts.take([done], strangers=False)
    found = (await bare.call("GET", "/v1/checklist", key=alice)).json()
    assert [(item["id"], item["done_at"] is not None) for item in found["items"]] == [
        ("first-use", True),
        ("invite", False),
        ("profile", False),
    ]
    assert found["done"] == 1
    await bare.put("alice", {"locale": "tr"})
    assert (await bare.call("GET", "/v1/checklist", key=alice)).json()["items"][0]["title"] == "İlk kez kullanın"
