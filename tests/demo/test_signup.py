"""The signup page of the demo, in a real browser, on a real stack: from the form to the welcome on the phone."""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyotp
import pytest
import requests
from playwright.sync_api import Page, expect

from demo.signup.backend import Backend
from demo.signup.serving import serving
from demo.signup.site import create_site
from stack.preparation import prepare
from stack.supervisor import Stack
from tests.sandbox.test_page import page

__all__ = ["page"]

NUMBER = "+5511987654321"
MAILBOX = "alice@example.com"
CODE = re.compile(r"\b\d{6}\b")
PATIENCE_MS = 20_000


@dataclass(frozen=True, slots=True)
class Town:
    """Where the page is, and where phones and mailboxes are."""

    site: str
    sandbox: str
    api: str


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """The demo's stack, at the pace of real life."""
    folder = tmp_path_factory.mktemp("town")
    with Stack(Path(folder), pace=1, say=lambda _: None, prepare=prepare) as stack:
        info = stack.info
        with serving(create_site(Backend(info.api, info.api_key), info.sandbox_url)) as site:
            yield Town(site, info.sandbox_url, info.api)


def sign_up(page: Page, town: Town, name: str, to: str, channel: str) -> None:
    """Fill the form in."""
    page.goto(town.site)
    page.get_by_label("First name").fill(name)
    page.get_by_label("Phone number or e-mail").fill(to)
    page.get_by_label("Send me the code by").select_option(channel)
    page.get_by_role("button", name="Sign up").click()
    expect(page.get_by_role("heading", name="Your code")).to_be_visible()


def confirm(page: Page, code: str) -> None:
    """Type a code."""
    page.get_by_role("textbox").fill(code)
    page.get_by_role("button", name="Confirm").click()


def messages(town: Town, to: str) -> list[str]:
    """What came to a phone or mailbox, oldest first."""
    found = requests.get(f"{town.sandbox}/messages", timeout=10).json()
    return [str(one["text"]) for one in found if one["to"].endswith(to)]


def code_for(town: Town, mailbox: str) -> str:
    """The code, as soon as it came."""
    deadline = time.monotonic() + PATIENCE_MS / 1000
    while not messages(town, mailbox):
        assert time.monotonic() < deadline, "no mail came"
        time.sleep(0.1)
    found = CODE.search(messages(town, mailbox)[0])
    assert found is not None
    return found[0]


def test_a_visitor_signs_up_by_phone_reads_the_code_there_and_is_welcomed(page: Page, town: Town) -> None:
    """The first minute of a new user, in two windows of one browser. Before the code is right there is no welcome."""
    sign_up(page, town, "Alice", NUMBER, "sms")
    browser = page.context.browser
    assert browser is not None
    phone = browser.new_page()
    phone.goto(town.sandbox)
    bubble = phone.locator(".bubble p").first
    expect(bubble).to_have_text(CODE, timeout=PATIENCE_MS)
    found = CODE.search(bubble.inner_text())
    assert found is not None
    confirm(page, f"{(int(found[0]) + 1) % 10**6:06}")
    expect(page.get_by_role("alert")).to_be_visible()
    assert len(messages(town, NUMBER)) == 1
    confirm(page, f"{found[0][:3]} {found[0][3:]}")
    expect(page.get_by_role("heading", name="Welcome, Alice!")).to_be_visible()
    expect(phone.locator(".bubble p")).to_have_count(2, timeout=PATIENCE_MS)
    expect(phone.locator(".phone")).to_contain_text("Alice")


def test_a_visitor_signs_up_by_mail_and_adds_an_authenticator_app(page: Page, town: Town) -> None:
    """The picture is shown, the app's first code confirms it, and ten recovery codes are there to be kept."""
    sign_up(page, town, "Bob", MAILBOX, "email")
    confirm(page, code_for(town, MAILBOX))
    page.get_by_role("button", name="Add an authenticator app").click()
    picture = page.get_by_alt_text("QR code")
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.naturalWidth") > 100
    app = pyotp.TOTP(page.locator("code").inner_text())
    confirm(page, "000000")
    expect(page.get_by_role("alert")).to_contain_text("wrong or was used")
    confirm(page, app.at(datetime.now(UTC) + timedelta(seconds=1)))
    expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()
    expect(page.get_by_role("listitem")).to_have_count(10)


def test_what_cannot_be_right_is_told_on_the_page(page: Page, town: Town) -> None:
    """In words, beside the form; what was typed is shown as text."""
    page.goto(town.site)
    page.get_by_label("First name").fill("<b>Mallory</b>")
    page.get_by_label("Phone number or e-mail").fill("12345")
    page.get_by_role("button", name="Sign up").click()
    expect(page.get_by_role("alert")).to_contain_text("not in international format")
    sign_up(page, town, "<b>Mallory</b>", "mallory@example.com", "email")
    page.get_by_role("button", name="Send it again").click()
    expect(page.get_by_role("alert")).to_be_visible()  # so soon
    assert page.request.get(f"{town.site}/token").status == 502  # nobody is signed up yet


def test_without_a_visit_every_path_leads_to_the_form(page: Page, town: Town) -> None:
    """As after a restart of the demo, with a page still open."""
    for path in ("/code", "/welcome"):
        page.goto(f"{town.site}{path}")
        expect(page.get_by_role("heading", name="Sign up")).to_be_visible()


def test_in_the_product_the_first_steps_tick_and_messages_come_live(page: Page, town: Town) -> None:
    """Without loading the page again: the praise for the first use is in the inbox."""
    sign_up(page, town, "Carol", "carol@example.com", "email")
    confirm(page, code_for(town, "carol@example.com"))
    page.get_by_role("link", name="Open the product").click()
    expect(page.get_by_text("0 of 3 done")).to_be_visible(timeout=PATIENCE_MS)
    page.get_by_role("button", name="Send them here instead").click()
    expect(page.get_by_role("button", name="Send them here instead")).to_be_disabled()
    page.get_by_role("button", name="Use it for the first time").click()
    expect(page.get_by_text("1 of 3 done")).to_be_visible(timeout=PATIENCE_MS)
    bell = page.get_by_role("button", name="Messages, 1 unread")
    bell.click(timeout=PATIENCE_MS)
    expect(page.get_by_role("dialog").get_by_role("listitem")).to_contain_text("Nicely done, Carol!")
