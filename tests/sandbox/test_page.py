"""The page a person reads messages on, in a real browser."""

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Error, Page, expect, sync_playwright
from pywebpush import webpush
from sendgrid import SendGridAPIClient
from sendgrid.helpers.mail import Mail
from twilio.rest import Client

from runtime import vapid
from tests.sandbox.customer import serving
from tests.sandbox_browsers import allow
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


def test_a_person_answers_a_text_and_sees_what_became_of_it(page: Page, twilio: Client, sandbox: Sandbox) -> None:
    """In the phone that it came to; what is being typed stays when something new comes."""
    with serving() as customer:
        customer.says = "<Response><Message>We will call you.</Message></Response>"
        sandbox.aim(twilio_inbound=f"{customer.url}/inbound")
        twilio.messages.create(to=ALICE, from_=US, body="Shall we call?", status_callback=f"{customer.url}/status")
        page.goto(sandbox.url)
        expect(page.locator(".fate")).to_have_text("delivered")
        field = page.get_by_label(f"Answer as {ALICE}")
        field.press_sequentially("Yes, pl")
        twilio.messages.create(to="+905321234567", from_=US, body="for Bob")
        expect(page.locator(".phone")).to_have_count(2)
        expect(field).to_be_focused()
        field.press_sequentially("ease")
        field.press("Enter")
        expect(page.locator(".bubble.mine")).to_contain_text("Yes, please")
        expect(page.get_by_text("We will call you.")).to_be_visible()
        expect(field).to_have_value("")
        assert customer.until(lambda posted: posted[-1].path == "/inbound")[-1].form["Body"] == "Yes, please"


def test_a_person_reads_on_whatsapp(page: Page, twilio: Client, sandbox: Sandbox) -> None:
    """With one button for all that is there."""
    with serving() as customer:
        sandbox.answer(channel="whatsapp", sender=ALICE, to=US, text="Hello?")
        to, sender, callback = f"whatsapp:{ALICE}", f"whatsapp:{US}", f"{customer.url}/status"
        twilio.messages.create(to=to, from_=sender, body="Hello", status_callback=callback)
        page.goto(sandbox.url)
        expect(page.locator(".fate")).to_have_text("delivered")
        page.get_by_role("button", name="Read all").click()
        expect(page.locator(".fate")).to_have_text("read")


def test_a_call_is_shown_by_what_it_said(page: Page, twilio: Client, sandbox: Sandbox) -> None:
    """Line by line, as it paused; nobody writes back to it, but to the texts beside, or presses a key."""
    with serving() as customer:
        keys = f'<Gather action="{customer.url}/keys"><Say>&lt;b&gt;5</Say></Gather>'
        said = f"<Response><Say>Your code</Say><Pause/><Say>7</Say><Pause/>{keys}</Response>"
        twilio.messages.create(to=ALICE, from_=US, body="Hello")
        twilio.calls.create(to=ALICE, from_=US, twiml=said, status_callback=f"{customer.url}/status")
        page.goto(sandbox.url)
        expect(page.locator(".bubble.voice p")).to_have_text("Your code … 7 … <b>5")
        expect(page.locator(".bubble.voice .meta")).to_contain_text(f"Call from {US}")
        expect(page.locator(".bubble.voice .fate")).to_have_text("heard")
        expect(page.locator(".phone select")).to_have_value("sms")
        page.get_by_role("button", name="Press 5").click()
        expect(page.locator(".bubble.voice .fate")).to_have_text("key pressed")
        assert customer.posted[-1].form["Digits"] == "5"


def test_a_person_opens_a_mail_clicks_and_answers(page: Page, sendgrid: SendGridAPIClient, sandbox: Sandbox) -> None:
    """Each is told to the customer, and shown; a link is followed as a browser does, by way of whoever counts it."""
    with serving() as customer:
        start = f"{sandbox.url}/?start"
        sandbox.aim(sendgrid_events=f"{customer.url}/events", sendgrid_inbound=f"{customer.url}/parse")
        html = f'<p>Dear Alice</p><a href="{start}">Start</a>'
        sendgrid.send(Mail("us@example.com", "alice@example.com", "Hello", "Hi", html))
        page.goto(sandbox.url)
        page.get_by_role("button", name="Open").click()
        expect(page.locator(".fate")).to_have_text("opened")
        with page.expect_popup() as opened:
            page.get_by_role("button", name="Click the link").click()
        assert opened.value.url == start
        expect(page.locator(".fate")).to_have_text("clicked")
        page.get_by_label("Answer as alice@example.com").fill("Thank you")
        page.get_by_role("button", name="Send").click()
        expect(page.locator("#reader .bubble.mine")).to_contain_text("Thank you")
        click = next(one for one in sandbox.posts() if one["what"] == "click")
        assert click["content"]["url"] == start
        assert customer.until(lambda posted: posted[-1].path == "/parse")[-1].form["text"].startswith("Thank you")


def test_the_page_tells_where_webhooks_go_and_what_goes_wrong(page: Page, twilio: Client, sandbox: Sandbox) -> None:
    """So that a person sees why nothing arrives."""
    with serving() as customer:
        customer.answers = [403, 403]
        page.goto(sandbox.url)
        page.get_by_text("Webhooks").click()
        expect(page.locator("#targets li").first).to_have_text("twilio inbound: nowhere")
        page.get_by_label("What goes wrong").select_option(label="No such number (30005)")
        page.get_by_role("button", name="Let it happen").click()
        expect(page.locator("#mishap-list li")).to_contain_text("error_code 30005")
        twilio.messages.create(to=ALICE, from_=US, body="Hi", status_callback=f"{customer.url}/status")
        expect(page.locator(".fate")).to_have_text("undelivered (not taken: 403)")
        expect(page.locator("#post-list li").first).to_contain_text("given up, 403")


def test_a_notification_appears_and_is_clicked(page: Page, sandbox: Sandbox) -> None:
    """In the browser of whoever allowed it; what is not for this browser shows nothing, and says so."""
    key = vapid.new_key()
    made = allow(sandbox, "alice", vapid.public_key(key))
    keys = made.subscription["keys"]
    about = {"ttl": 60, "headers": {"Topic": "t-1"}, "vapid_private_key": key}
    content = '{"title": "Welcome <b>", "text": "See https://homing.example/a"}'
    for auth in (keys["auth"], "A" * 22):
        subscription = {"endpoint": made.endpoint, "keys": {**keys, "auth": auth}}
        webpush(subscription, content, vapid_claims={"sub": "mailto:us@acme.example"}, **about)
        about["headers"] = {"Topic": "t-2"}
    page.goto(sandbox.url)
    expect(page.locator("#browsers-title")).to_have_text("Browsers (1)")
    expect(page.locator(".bubble.push strong")).to_have_text(["Nothing is shown", "Welcome <b>"])
    expect(page.locator(".bubble.push a")).to_have_attribute("href", "https://homing.example/a")
    page.get_by_role("button", name="Click").last.click()
    expect(page.locator(".bubble.push .meta").last).to_contain_text("clicked")
