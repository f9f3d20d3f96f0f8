"""The elements of a customer's page in a real browser, on a page of another site that lets nothing else run."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from playwright.async_api import Browser, Page, expect

from client.inputs import Happened
from demo.signup.serving import serving
from tests.api.conftest import Api
from tests.api.test_inbox import forged
from tests.api.visitors import browsing, token_of, write
from tests.client.post import Post

XSS = "<img src=x onerror=\"document.title='owned'\">"


def customer(api: Api, tokens: list[str]) -> FastAPI:
    """A product's site: pages with both elements, and where they get their token."""
    site = FastAPI()
    html = (
        '<!doctype html><html lang="en"><title>Acme</title><meta name="viewport" content="width=device-width">'
        f'<script type="module" src="{api.url}/homing.js"></script>'
        '<homing-inbox token-url="/token"></homing-inbox><homing-checklist token-url="/token"></homing-checklist>'
    )
    policy = f"default-src 'none'; script-src {api.url}; connect-src 'self' {api.url}"

    @site.get("/token")
    def token() -> dict[str, str]:
        return {"token": tokens.pop(0) if len(tokens) > 1 else tokens[0]}

    @site.get("/{path:path}")
    def page() -> HTMLResponse:
        return HTMLResponse(html, headers={"Content-Security-Policy": policy})

    return site


@pytest.fixture
async def site(bare: Api) -> AsyncIterator[str]:
    """Where Alice's pages are. At first their backend hands out a token that has ended."""
    await bare.put("alice", {"email": "alice@example.com", "signup": False})
    tokens = [forged(bare, minutes=-1), await token_of(bare, "alice")]
    with serving(customer(bare, tokens)) as url:
        yield url


@pytest.fixture
async def page(bare: Api, browser: Browser) -> AsyncIterator[Page]:
    """On a phone."""
    async with browsing() as others:
        found = await browser.new_page(viewport={"width": 390, "height": 844})
        yield found
        await found.close()
        await others.idle(bare)


async def test_the_badge_counts_up_as_messages_come_and_down_as_they_are_read(bare: Api, site: str, page: Page) -> None:
    """What is shown is text, whatever it says; each deed is a receipt; an expired token is renewed by itself."""
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    await page.goto(site)
    bell = page.get_by_role("button", name="Messages")
    await expect(bell).to_be_visible()
    await expect(page.get_by_role("progressbar")).to_be_visible()  # the stream is open
    evil = write(bare, "alice", XSS, link="javascript:alert(1)")
    await expect(bell).to_have_accessible_name("Messages, 1 unread")
    await expect(page.get_by_role("status").first).to_have_text(XSS)
    linked = write(bare, "alice", "Read on", link=f"{site}/more")
    await expect(bell).to_have_accessible_name("Messages, 2 unread")
    await bell.press("Enter")
    items = page.get_by_role("listitem").filter(has=page.get_by_text("How are you?"))
    await expect(items).to_have_count(2)
    await items.nth(1).get_by_role("button").first.click()
    await expect(bell).to_have_accessible_name("Messages, 1 unread")
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_be_hidden()
    await expect(bell).to_be_focused()
    await bell.click()
    await page.get_by_role("link", name="Read on").click()
    await page.wait_for_url(f"{site}/more")
    await expect(bell).to_have_accessible_name("Messages")
    post = Post(bare.parts.database)
    async with asyncio.timeout(10):  # the browser tells of the click while it shows the next page
        while post.message(linked).receipt != "clicked":  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    assert post.message(evil).receipt == "opened"
    assert (await page.title(), faults) == ("Acme", [])


async def test_elements_may_come_and_go_as_a_page_likes(bare: Api, site: str, page: Page) -> None:
    """One that was taken away again at once leaves the connection whole for those that come later."""
    write(bare, "alice", "one")
    await page.goto(site)
    await page.evaluate("""async () => {
        const put = () => {
            const made = document.createElement('homing-inbox');
            made.setAttribute('token-url', '/token');
            document.body.append(made);
            return made;
        };
        document.querySelectorAll('homing-inbox, homing-checklist').forEach((one) => one.remove());
        put().remove();
        await Promise.resolve();
        const first = put();
        await Promise.resolve();
        put();
        first.remove();
    }""")
    await expect(page.get_by_role("button", name="Messages")).to_have_accessible_name("Messages, 1 unread")


async def test_messages_can_be_removed_and_all_be_read(bare: Api, site: str, page: Page) -> None:
    """And the page says so when there is nothing. What could not be told is told when the connection is back."""
    for title in ("one", "two", "three"):
        write(bare, "alice", title)
    await page.goto(site)
    bell = page.get_by_role("button", name="Messages")
    await expect(bell).to_have_accessible_name("Messages, 3 unread")
    await bell.click()
    await page.route("**/dismiss", lambda route: route.abort(), times=1)
    async with page.expect_event("requestfailed"):
        await page.get_by_role("button", name="Remove: two").click()
    await expect(bell).to_have_accessible_name("Messages, 2 unread")
    async with page.expect_response("**/dismiss"):
        await page.evaluate("dispatchEvent(new Event('online'))")
    await page.get_by_role("button", name="Mark all as read").click()
    await expect(bell).to_have_accessible_name("Messages")
    for title in ("one", "three"):
        await page.get_by_role("button", name=f"Remove: {title}").click()
    await expect(page.get_by_text("Nothing here yet")).to_be_visible()


async def test_the_checklist_ticks_live(bare: Api, site: str, page: Page) -> None:
    """And says so to who does not see it."""
    await page.goto(site)
    await expect(page.get_by_text("0 of 3 done")).to_be_visible()
    done = Happened(user_id=bare.user("alice"), name="first_use")
    await bare.parts.take([done], strangers=False)
    await expect(page.get_by_text("1 of 3 done")).to_be_visible()
    await expect(page.get_by_role("status").last).to_have_text("Use it for the first time: done")


async def test_older_messages_come_on_request_and_tabs_agree(
    bare: Api, site: str, page: Page, browser: Browser
) -> None:
    """The keyboard goes on at the first of them; what is read in one tab is not new in another."""
    for number in range(21):
        write(bare, "alice", f"No. {number}")
    other = await browser.new_page()
    await asyncio.gather(page.goto(site), other.goto(site))
    bell = page.get_by_role("button", name="Messages")
    await bell.click()
    items = page.get_by_role("listitem").filter(has_text="How are you?")
    await expect(items).to_have_count(20)
    await page.get_by_role("button", name="Show older").press("Enter")
    await expect(items).to_have_count(21)
    await expect(items.last.get_by_role("button").first).to_be_focused()
    await expect(page.get_by_role("button", name="Show older")).to_be_hidden()
    await expect(other.get_by_role("button", name="Messages")).to_have_accessible_name("Messages, 21 unread")
    await items.first.get_by_role("button").first.click()
    await expect(other.get_by_role("button", name="Messages")).to_have_accessible_name("Messages, 20 unread")
    await expect(other.locator("li.u", has_text="No. 20")).to_have_count(0)
    await other.close()


async def test_a_page_hears_that_its_token_is_lost_and_puts_another_in(bare: Api, site: str, page: Page) -> None:
    """Once, and the element goes on with the new one, and with what is that person's."""
    write(bare, "alice", "Hello")
    await page.goto(site)
    await page.evaluate(
        """([ended, token]) => {
            document.querySelectorAll('homing-inbox, homing-checklist').forEach((one) => one.remove());
            const made = document.createElement('homing-inbox');
            made.setAttribute('token', ended);
            made.addEventListener('homing-token-lost', () => made.setAttribute('token', token));
            document.body.append(made);
        }""",
        [forged(bare, minutes=-1), await token_of(bare, "alice")],
    )
    await expect(page.get_by_role("button", name="Messages")).to_have_accessible_name("Messages, 1 unread")
