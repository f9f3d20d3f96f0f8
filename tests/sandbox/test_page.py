"""The page a person reads messages on, in a real browser."""

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Error, Page, expect, sync_playwright
from sendgrid import SendGridAPIClient
from sendgrid.helpers.mail import Mail
from twilio.rest import Client

from tests.sandbox_server import Sandbox

ALICE = "+5511987654321"
US = "+14155238886"
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture
def page() -> Iterator[Page]:
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        reason = "no browser found; install chromium to test the page"
        pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser.new_page()
        browser.close()


def test_messages_appear_by_themselves_and_cannot_run_anything(
    page: Page, twilio: Client, sendgrid: SendGridAPIClient, sandbox: Sandbox
) -> None:
    """An open page shows new texts and mails without a reload; scripts in them stay text or dead."""
    problems: list[Error] = []
    page.on("pageerror", lambda problem: problems.append(problem))
    page.goto(sandbox.url)
    expect(page.get_by_text("No text messages yet")).to_be_visible()
    attack = "<script>window.broken = 1</script><img src=x onerror='parent.broken = 1; window.broken = 1'>"
    twilio.messages.create(to=ALICE, from_=US, body=f"Hello {attack} see https://homing.example/a?b=1.")
    sendgrid.send(Mail("us@example.com", "alice@example.com", "Mail <b>", "Hi", f"<p>Dear Alice</p>{attack}"))
    expect(page.locator(".bubble p")).to_contain_text(f"Hello {attack}")
    expect(page.locator(".bubble a")).to_have_attribute("href", "https://homing.example/a?b=1")
    expect(page.locator("#inbox strong")).to_have_text("Mail <b>")
    expect(page.frame_locator("#reader iframe").get_by_text("Dear Alice")).to_be_visible()
    assert page.evaluate("window.broken") is None
    assert problems == []


def test_the_page_filters_by_recipient_and_switches_faults(page: Page, twilio: Client, sandbox: Sandbox) -> None:
    """A number in the filter hides the others; a fault from the form is on."""
    twilio.messages.create(to=ALICE, from_=US, body="for Alice")
    twilio.messages.create(to="+905321234567", from_=US, body="for Bob")
    page.goto(sandbox.url)
    expect(page.locator(".phone")).to_have_count(2)
    page.get_by_label("Recipient").first.fill("+9053")
    expect(page.locator(".phone")).to_have_count(1)
    expect(page.get_by_text("for Bob")).to_be_visible()
    page.get_by_text("Faults").click()
    page.get_by_role("button", name="Switch on").click()
    expect(page.locator("#fault-list li")).to_contain_text("status_code 500")
