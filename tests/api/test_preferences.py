"""The links of messages over HTTP: what a GET may never do, what a POST does at once, and links that are not good."""

from collections.abc import AsyncIterator
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import SecretStr
from temporalio.testing import WorkflowEnvironment

from api.channel_words import CHANNELS
from api.link_words import words_for
from api.preference_words import WORDS, Words
from client.inputs import Merged
from domain.delivery import ChannelName
from domain.preferences.links import GOOD_FOR, PATHS, Purpose
from models import inbox
from models.database import Database
from models.people import Person
from runtime.sealing import new_key
from tests.api.conftest import Api, parts_on, served
from tests.api.preferring import Reader, config
from tests.stage import shipped_templates

UNSUBSCRIBE, PREFERENCES = Purpose.UNSUBSCRIBE, Purpose.PREFERENCES
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
async def place(temporal: WorkflowEnvironment, database: Database) -> AsyncIterator[Api]:
    """An API with links."""
    async with served(replace(parts_on(temporal.client, database), config=config()), relaying=False) as ready:
        yield ready


async def opened(place: Api, path: str, **more: Any) -> Any:
    return await place.call("GET", path, key="", **more)


async def pressed(place: Api, path: str, form: Any, **more: Any) -> Any:
    return await place.call("POST", path, key="", data=form, allow_redirects=False, **more)


async def test_a_mail_program_unsubscribes_with_one_post(place: Api) -> None:
    """As RFC 8058 has it: a form, no cookies, no login, no question. The topic ends on every channel, on record."""
    alice = Reader(place)
    answer = await pressed(place, alice.path(UNSUBSCRIBE), ONE_CLICK)
    assert answer.status_code == 200
    [said] = alice.consents
    assert (said.topic, said.channel, said.given, said.by) == ("onboarding", "", False, "person")
    assert said.source == f"one-click: {alice.message}"
    told = {"topic": "onboarding", "channel": "email", "source": "one-click"}
    assert alice.events == [("unsubscribed", told)]


async def test_one_click_may_be_multipart_and_may_come_twice(place: Api) -> None:
    """RFC 8058 allows both forms, and mail programs try again; what was done is done once."""
    alice = Reader(place)
    for _ in range(2):
        answer = await place.call(
            "POST", alice.path(UNSUBSCRIBE), key="", files={"List-Unsubscribe": (None, "One-Click")}
        )
        assert answer.status_code == 200
    assert len(alice.consents) == len(alice.events) == 1
    again = (await opened(place, alice.path(UNSUBSCRIBE))).text
    assert ("You get no more messages" in again, "<button" in again) == (True, False)


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
@pytest.mark.parametrize("purpose", PATHS)
async def test_looking_at_a_link_changes_nothing(place: Api, method: str, purpose: Purpose) -> None:
    """The scanners of mail servers look at every link, some with what is in the headers."""
    alice = Reader(place)
    await place.call(method, alice.path(purpose), key="")
    await place.call(method, f"{alice.path(purpose)}?List-Unsubscribe=One-Click&act=leave&done=leave", key="")
    assert (alice.consents, alice.events, alice.pause) == ([], [], None)


@pytest.mark.parametrize("purpose", PATHS)
async def test_a_page_is_kept_by_nobody_and_loads_nothing(place: Api, purpose: Purpose) -> None:
    """The link is all it takes, so it must not leak; and there is no script, no image, no font from anywhere."""
    answer = await opened(place, Reader(place).path(purpose))
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "noindex" in answer.headers["x-robots-tag"]
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert not any(word in answer.text for word in ("<script", "<img", "http://", "https://", "<link"))


async def test_a_page_says_nothing_of_the_person(place: Api) -> None:
    """Mails are forwarded: neither name nor address nor id is on the page, or in its address."""
    alice = Reader(place)
    text = (await opened(place, alice.path())).text + alice.path()
    assert not any(word in text for word in (alice.user, "Alice", "alice@example.com", "4155550123"))


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/p/short", 403),
        ("/p/" + "A" * 40, 403),
        ("/p/" + "A" * 4000, 403),
        ("/u/%00%F0%9F%98%80", 403),
    ],
)
async def test_a_link_that_is_none_is_refused_kindly(place: Api, path: str, status: int) -> None:
    """In the language of the browser, and saying how to go on."""
    for call in (
        opened(place, path, headers={"Accept-Language": "tr"}),
        pressed(place, path, ONE_CLICK | {"act": "save"}),
    ):
        answer = await call
        assert answer.status_code == status
        assert answer.headers["content-type"].startswith("text/html")
    text = (await opened(place, path, headers={"Accept-Language": "tr"})).text
    assert words_for("tr")[1].cut.split(".")[0] in text


async def test_a_link_is_good_for_its_purpose_alone(place: Api) -> None:
    """Who may unsubscribe with it may not agree to things with it, nor the other way round."""
    alice = Reader(place)
    for purpose, letter in ((UNSUBSCRIBE, "p"), (PREFERENCES, "u")):
        swapped = f"/{letter}/{alice.path(purpose).split('/')[-1]}"
        assert (await pressed(place, swapped, ONE_CLICK | {"act": "leave"})).status_code == 403
    assert alice.consents == []


async def test_a_link_is_not_good_with_one_letter_changed(place: Api) -> None:
    """Wherever the letter stands: in the message, the end or the signature."""
    alice = Reader(place)
    path = alice.path()
    for at in (3, 20, 24, 26, 42):
        other = "A" if path[at] != "A" else "B"
        assert (await opened(place, path[:at] + other + path[at + 1 :])).status_code == 403


async def test_a_link_signed_with_another_key_is_forged(place: Api) -> None:
    """Keys of another deployment, or one that was taken out of the ring."""
    assert (await opened(place, Reader(place).path(keys=SecretStr(new_key())))).status_code == 403


@pytest.mark.parametrize("purpose", PATHS)
async def test_a_link_comes_to_its_end(place: Api, purpose: Purpose) -> None:
    """With a page that says where to find another, and changing nothing."""
    long_ago = datetime.now(UTC) - GOOD_FOR[purpose]
    assert (await opened(place, Reader(place, sent=long_ago + timedelta(days=1)).path(purpose))).status_code == 200
    alice = Reader(place, sent=long_ago - timedelta(days=1))
    answer = await pressed(place, alice.path(purpose), ONE_CLICK | {"act": "leave"})
    assert answer.status_code == 410
    assert words_for("en")[1].expired.split(".")[0] in answer.text
    assert alice.consents == []


async def test_who_was_erased_has_no_link_any_more(place: Api) -> None:
    """Their messages are gone, and whose they were is not known."""
    alice = Reader(place)
    await place.parts.homing.erase(alice.user)
    assert (await opened(place, alice.path())).status_code == 410
    assert (await pressed(place, alice.path(UNSUBSCRIBE), ONE_CLICK)).status_code == 410


async def test_without_keys_no_link_is_ours(temporal: WorkflowEnvironment, database: Database) -> None:
    """And nothing fails for it."""
    parts = replace(parts_on(temporal.client, database), config=config(encryption_keys=None))
    async with served(parts, relaying=False) as place:
        assert (await opened(place, Reader(place).path())).status_code == 403


async def test_only_what_was_turned_is_said(place: Api) -> None:
    """A page that has been open for a while does not undo what was chosen elsewhere since."""
    alice = Reader(place)
    was = ["onboarding:email", "onboarding:sms"]
    answer = await pressed(place, alice.path(), {"act": "save", "was": was, "on": ["onboarding:email"]})
    assert (answer.status_code, answer.headers["location"]) == (303, "?done=save")
    # The other page still shows both on; here the mail is turned off, and nothing is said of the text.
    await pressed(place, alice.path(), {"act": "save", "was": was, "on": ["onboarding:sms"]})
    assert alice.choices == [("onboarding", "sms", False), ("onboarding", "email", False)]
    assert [name for name, _ in alice.events] == ["preferences_changed"] * 2
    assert alice.events[0][1] == {"act": "save", "on": [], "off": [{"topic": "onboarding", "channel": "sms"}]}


async def test_nothing_turned_is_nothing_said(place: Api) -> None:
    """Saving as it was, or switches that are not there, leaves no trace."""
    alice = Reader(place)
    was = ["onboarding:email", "onboarding:sms"]
    await pressed(
        place, alice.path(), {"act": "save", "was": was, "on": [*was, "secret:email", "onboarding:fax", "*:"]}
    )
    assert (alice.choices, alice.events) == ([], [])


async def test_agreeing_on_the_channel_of_the_link_is_confirmed_from_there(place: Api) -> None:
    """The link came to that mailbox: this is what double opt-in asks for. A phone has shown nothing by it."""
    alice = Reader(place)
    both = ["onboarding:email", "onboarding:sms"]
    await pressed(place, alice.path(), {"act": "save", "was": both, "on": []})
    await pressed(place, alice.path(), {"act": "save", "was": [], "on": both})
    given = {one.channel: one.kind for one in alice.consents if one.given}
    assert given == {"email": "confirmed", "sms": "express"}


async def test_leaving_and_coming_back_agrees_to_nothing_new(place: Api) -> None:
    """What was off before stays off, and coming back is no consent to what asks for one."""
    alice = Reader(place)
    await pressed(place, alice.path(), {"act": "save", "was": ["onboarding:sms"], "on": []})
    await pressed(place, alice.path(), {"act": "leave"})
    assert (await opened(place, alice.path())).text.count(" checked") == 0
    await pressed(place, alice.path(), {"act": "return"})
    assert (await opened(place, alice.path())).text.count(" checked") == 2  # the one channel, and links
    assert alice.choices[1:] == [("*", "", False), ("*", "", True)]
    assert alice.consents[-1].kind == "implied"
    assert [name for name, _ in alice.events if name != "preferences_changed"] == ["unsubscribed", "resubscribed"]


async def test_a_pause_is_for_thirty_days_and_can_be_ended(place: Api) -> None:
    """It ends by itself, or at once."""
    alice = Reader(place)
    await pressed(place, alice.path(), {"act": "pause"})
    assert alice.pause
    assert timedelta(days=29, hours=23) < alice.pause <= timedelta(days=30)
    await pressed(place, alice.path(), {"act": "resume"})
    assert alice.pause is None
    assert [properties["act"] for _, properties in alice.events] == ["pause", "resume"]


async def test_what_a_button_does_is_one_of_five(place: Api) -> None:
    """Anything else is bad input, and changes nothing."""
    alice = Reader(place)
    assert (await pressed(place, alice.path(), {"act": "delete"})).status_code == 422
    assert alice.consents == []


async def test_words_with_markup_and_other_directions_stay_words(
    temporal: WorkflowEnvironment, database: Database
) -> None:
    """Names of products and topics are put in as text, apart from the direction of the words around them."""
    odd = "<b>عطلات</b> \u202e&amp;"
    parts = replace(parts_on(temporal.client, database), config=config(product_name=odd))
    async with served(parts, relaying=False) as place:
        text = (await opened(place, Reader(place, topic="<i>x</i>").path(UNSUBSCRIBE))).text
    assert "<b>" not in text
    assert "<i>" not in text
    assert "<bdi>&lt;b&gt;عطلات&lt;/b&gt; \u202e&amp;amp;</bdi>" in text


@pytest.mark.parametrize("locale", ["en", "pt-BR", "id", "tr", "es"])
async def test_pages_are_in_the_language_of_the_person(place: Api, locale: str) -> None:
    """Not of the browser: the mail was in the person's."""
    alice = Reader(place, locale=locale)
    language = locale.split("-")[0]
    centre = await opened(place, alice.path(), headers={"Accept-Language": "de"})
    assert f'<html lang="{language}">' in centre.text
    assert WORDS[language].pause in centre.text
    assert WORDS[language].intro in centre.text


def test_every_locale_has_every_word() -> None:
    """In all languages that templates ship in, with the same things filled in, and none taken over from English."""
    shipped = {locale.split("-")[0] for locale in shipped_templates().locales("welcome", "email")}
    assert shipped == WORDS.keys() == CHANNELS.keys()
    assert all(set(names) == set(ChannelName) for names in CHANNELS.values())
    places = ("{product}", "{topic}", "{date}")
    for one in fields(Words):
        english = getattr(WORDS["en"], one.name)
        for language, words in WORDS.items():
            text = getattr(words, one.name)
            assert text.strip(), (language, one.name)
            assert [text.count(place) for place in places] == [english.count(place) for place in places], (
                language,
                one.name,
            )
            assert language == "en" or text != english, (language, one.name)


async def test_a_person_may_keep_their_links_to_themselves(place: Api) -> None:
    """One switch for all messages; what it says is a consent like any other, which a worker looks at."""
    alice = Reader(place)
    assert WORDS["en"].links in (await opened(place, alice.path())).text
    await pressed(place, alice.path(), {"act": "save", "was": ["tracking:"]})
    assert alice.choices == [("tracking", "", False)]
    await pressed(place, alice.path(), {"act": "save", "on": ["tracking:"]})
    assert alice.choices[1:] == [("tracking", "", True)]


async def test_an_old_link_leads_to_who_the_person_has_become(place: Api) -> None:
    """An anonymous visitor got the mail, and signed up later: their choice is that of the person they are now."""
    visitor, alice = Reader(place), Reader(place)
    with place.parts.database.session() as session:
        session.get_one(Person, visitor.user).identified = False
    await place.parts.homing.take([Merged(previous_id=visitor.user, user_id=alice.user)], strangers=False)
    assert (await opened(place, visitor.path())).status_code == 200
    assert (await pressed(place, visitor.path(UNSUBSCRIBE), ONE_CLICK)).status_code == 200
    assert alice.choices == [("onboarding", "", False)]


async def test_who_turns_one_switch_on_again_has_not_left(place: Api) -> None:
    """The page does not say that nothing comes while something does; and all can be stopped once more."""
    alice = Reader(place)
    await pressed(place, alice.path(), {"act": "leave"})
    await pressed(place, alice.path(), {"act": "save", "on": ["onboarding:email"]})
    text = (await opened(place, f"{alice.path()}?done=save")).text
    assert (text.count(" checked"), WORDS["en"].leave in text, WORDS["en"].come_back in text) == (1, True, False)
    assert '<p role="status" tabindex=-1 autofocus>Saved.</p>' in text


async def test_the_inbox_has_switches_once_something_came_there(place: Api) -> None:
    """Everybody has an inbox; a product that does not use it need not offer it."""
    alice = Reader(place)
    assert "onboarding:in_app" not in (await opened(place, alice.path())).text
    with place.parts.database.session() as session:
        inbox.put(session, inbox.Note(alice.message, "Hello", "How are you?", None), datetime.now(UTC))
    text = (await opened(place, alice.path())).text
    assert "<span>In <bdi>Acme</bdi></span>" in text
    await pressed(place, alice.path(), {"act": "save", "was": ["onboarding:in_app"]})
    assert alice.choices == [("onboarding", "in_app", False)]
