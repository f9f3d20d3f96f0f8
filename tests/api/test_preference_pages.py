"""The pages behind the links of a message in a real browser, without JavaScript, on a phone."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from playwright.async_api import Browser, Page, ViewportSize, expect
from temporalio.testing import WorkflowEnvironment

from api.channel_words import CHANNELS
from api.preference_words import WORDS
from domain.delivery import ChannelName
from domain.preferences.links import PATHS, Purpose
from models.database import Database
from tests.api.conftest import Api, parts_on, served
from tests.api.preferring import Reader, config

PHONE = ViewportSize(width=390, height=844)
W = WORDS["en"]
MAIL, TEXT = CHANNELS["en"][ChannelName.EMAIL], CHANNELS["en"][ChannelName.SMS]


@pytest.fixture
async def page(browser: Browser) -> AsyncIterator[Page]:
    """A phone on which nothing may run."""
    found = await browser.new_page(viewport=PHONE, java_script_enabled=False)
    yield found
    await found.close()


@pytest.fixture
async def place(temporal: WorkflowEnvironment, database: Database) -> AsyncIterator[Api]:
    """An API with links."""
    async with served(replace(parts_on(temporal.client, database), config=config()), relaying=False) as ready:
        yield ready


async def press(page: Page, label: str) -> None:
    await page.get_by_role("button", name=label).click()


async def test_a_person_unsubscribes_and_goes_on_to_choose(page: Page, place: Api) -> None:
    """One button; then the way to the preference centre, where they may come to another mind."""
    alice = Reader(place)
    await page.goto(place.url + alice.path(Purpose.UNSUBSCRIBE))
    await expect(page.get_by_role("heading")).to_contain_text("First steps")
    await expect(page.get_by_role("button")).to_have_count(1)
    assert alice.choices == []
    await press(page, W.unsubscribe)
    await expect(page.get_by_role("status")).to_contain_text("You get no more messages")
    assert alice.choices == [("onboarding", "", False)]
    await page.get_by_role("link", name=W.choose).click()
    mail = page.get_by_role("switch", name=MAIL)
    await expect(mail).not_to_be_checked()
    await mail.check()
    await press(page, W.save)
    await expect(page.get_by_role("status")).to_have_text(W.saved)
    await expect(mail).to_be_checked()
    await expect(page.get_by_role("switch", name=TEXT)).not_to_be_checked()
    assert alice.choices[1:] == [("onboarding", "email", True)]


async def test_a_person_switches_pauses_leaves_and_comes_back(page: Page, place: Api) -> None:
    """Each acts at once, and the page then shows what holds."""
    alice = Reader(place)
    await page.goto(place.url + alice.path())
    await page.get_by_role("switch", name=TEXT).uncheck()
    await press(page, W.save)
    await expect(page.get_by_role("status")).to_have_text(W.saved)
    await press(page, W.pause)
    await expect(page.get_by_role("status")).to_contain_text("Paused. You get nothing until")
    await press(page, W.resume)
    await expect(page.get_by_role("status")).to_have_text(W.resumed)
    await press(page, W.leave)
    await expect(page.get_by_role("status")).to_contain_text("You have left")
    await expect(page.get_by_role("switch", checked=True)).to_have_count(0)
    await press(page, W.come_back)
    await expect(page.get_by_role("status")).to_contain_text("Welcome back")
    await expect(page.get_by_role("switch", name=MAIL)).to_be_checked()
    await expect(page.get_by_role("switch", name=TEXT)).not_to_be_checked()
    acts = [properties["act"] for name, properties in alice.events if name == "preferences_changed"]
    assert acts == ["save", "pause", "resume", "leave", "return"]


async def test_reloading_after_a_button_does_nothing_again(page: Page, place: Api) -> None:
    """The page that follows a button is one to look at."""
    alice = Reader(place)
    await page.goto(place.url + alice.path())
    await press(page, W.leave)
    await expect(page.get_by_role("status")).to_contain_text("You have left")
    before = alice.choices
    await page.reload()
    await expect(page.get_by_role("status")).to_contain_text("You have left")
    assert alice.choices == before


@pytest.mark.parametrize("locale", ["en", "pt-BR", "id", "tr", "es"])
async def test_the_page_fits_a_phone_in_every_language(page: Page, place: Api, locale: str) -> None:
    """Nothing sticks out to the side, buttons are large enough for a thumb, and the keyboard shows where it is."""
    alice = Reader(place, locale=locale)
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text))
    page.on("requestfailed", lambda request: problems.append(request.url))
    for purpose in PATHS:
        await page.goto(place.url + alice.path(purpose))
        for one in await page.locator("button, label, a").all():
            box = await one.bounding_box()
            assert box
            assert box["height"] >= 44
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= PHONE["width"]
        await page.keyboard.press("Tab")
        assert await page.locator(":focus-visible").count() == 1
    assert problems == []


async def test_style_is_allowed_and_nothing_else(browser: Browser, place: Api) -> None:
    """The policy names the style sheet by its hash: were it wrong, the page would be bare."""
    alice = Reader(place)
    page = await browser.new_page(viewport=PHONE)
    await page.goto(place.url + alice.path())
    color = "getComputedStyle(document.querySelector('button')).backgroundColor"
    assert await page.evaluate(color) == "rgb(26, 86, 196)"
    ran = "(() => { const s = document.createElement('script'); s.text = 'window.ran = 1'; document.body.append(s) })()"
    await page.evaluate(ran)
    assert await page.evaluate("window.ran") is None


async def test_a_link_that_is_no_good_has_a_page_too(page: Page, place: Api) -> None:
    """It says how to go on, in the language of the browser."""
    answer = await page.goto(f"{place.url}/p/{'A' * 40}")
    assert answer
    assert answer.status == 403
    await expect(page.get_by_text("open it again from the message")).to_be_visible()
