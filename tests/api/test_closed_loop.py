"""The loop closed: our channels send to the sandbox, it posts what became of it to our API, and journeys go on by that.

Everything is real but the providers: their SDKs, their signatures, HTTP both ways, PostgreSQL, Temporal.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from uuid import uuid4

import pytest
from pydantic import SecretStr
from temporalio.testing import WorkflowEnvironment

from activities.composer import Composer
from api import server
from api.app import create_app
from channels import registry
from domain.suppression import Reason
from models.database import Database
from testkit.real.work import working
from tests.api.conftest import parts_on
from tests.api.providers import INBOUND
from tests.channels.settings import Chosen
from tests.client.post import MAIL, PHONE, Post
from tests.runtime.conftest import free_address
from tests.sandbox_server import Sandbox, running_sandbox
from tests.stage import Stage, shipped_templates

JOURNEY = """
journey: welcome
title: Who answers
entry: {event: signed_up}
topic: onboarding
steps:
  - {id: hello, send: welcome}
  - {id: reply, wait_for: {event: message_received}, timeout: 7d}
  - id: way
    branch:
      - if: {step: hello, outcome: opened}
        do: [{id: bravo, send: first_use_praise}]
      - else: [{id: nudge, send: first_use_reminder}]
"""


@dataclass
class Loop:
    """The stage with the providers around it."""

    stage: Stage
    sandbox: Sandbox
    post: Post

    async def signed_up(self, name: str, *channels: str) -> None:
        """Somebody signs up, and their first message arrives."""
        await self.stage.signup(name, email=MAIL, phone=PHONE, channels=channels)
        await self.stage.until(lambda: [row.receipt for row in self.stage.messages(name)] == ["delivered"])


@pytest.fixture(scope="module")
def quick_sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """One whose messages arrive at once."""
    with running_sandbox(tmp_path_factory.mktemp("quick") / "messages.sqlite", delivered_after=0.2) as sandbox:
        yield sandbox


@pytest.fixture
async def loop(temporal: WorkflowEnvironment, database: Database, quick_sandbox: Sandbox) -> AsyncIterator[Loop]:
    """A worker with the real channels, an API, and a sandbox that knows where to post."""
    queue, address = f"loop-{uuid4().hex[:8]}", free_address()
    public, sandbox = f"http://{address}", quick_sandbox
    sandbox.reset()
    channels = registry.build(Chosen(sandbox_url=sandbox.url, public_url=public))
    parts = parts_on(temporal.client, database, queue)
    known = {"public_url": public, "inbound_token": SecretStr(INBOUND), "sandbox_url": sandbox.url}
    parts.config = parts.config.model_copy(update={**known, "sendgrid_webhook_key": sandbox.webhook_key()})
    hooks = f"{public}/webhooks"
    sandbox.aim(
        twilio_inbound=f"{hooks}/twilio/inbound",
        sendgrid_events=f"{hooks}/sendgrid/events",
        sendgrid_inbound=f"{hooks}/sendgrid/inbound/{INBOUND}",
    )
    composer = Composer(shipped_templates(), channels, {"name": "Acme", "url": "https://acme.example"})
    async with (
        working(temporal.client, queue, database, composer, channels, parts.homing),
        server.serving(create_app(parts), address, 5),
    ):
        stage = Stage(temporal, database, parts.homing, queue, {})
        stage.publish(JOURNEY)
        relay = asyncio.create_task(parts.relay.run())
        yield Loop(stage, sandbox, Post(database))
        relay.cancel()
        await asyncio.gather(relay, return_exceptions=True)


@pytest.mark.parametrize("channel", ["email", "whatsapp"])
async def test_a_message_that_was_read_and_answered_leads_on(loop: Loop, channel: str) -> None:
    """Doubled and reordered on the way, and each thing is on record once."""
    if channel == "whatsapp":
        loop.sandbox.answer(channel="whatsapp", sender=PHONE, to="+14155238886", text="Hello?")
        await loop.stage.until(lambda: [post["state"] for post in loop.sandbox.posts()] == ["taken"])
    for effect in ("doubled", "reordered"):
        loop.sandbox.mishap(effect=effect)
    await loop.signed_up("alice", channel)
    [sent] = loop.sandbox.messages()
    loop.sandbox.do(sent["id"], "open" if channel == "email" else "read")
    await loop.stage.until(lambda: loop.stage.messages("alice")[0].receipt == "opened")
    loop.sandbox.answer(
        channel=channel, sender=MAIL if channel == "email" else PHONE, text="Thank you", in_reply_to=sent["id"]
    )
    await loop.stage.until(lambda: len(loop.stage.sent("alice")) == 2)
    assert loop.stage.sent("alice")[1] == f"first_use_praise/{channel}"
    states = [row.state for row in loop.post.kept(loop.stage.messages("alice")[0])]
    assert sorted(states) == sorted(set(states))


async def test_what_is_badly_signed_is_never_believed(loop: Loop) -> None:
    """However often it is posted again."""
    loop.sandbox.mishap(effect="badly_signed", channel="email")
    await loop.stage.signup("alice", email=MAIL, phone=PHONE, channels=("email",))
    await loop.stage.until(lambda: max((post["tries"] for post in loop.sandbox.posts()), default=0) > 1)
    assert loop.stage.messages("alice")[0].receipt is None


async def test_a_stop_in_the_sandbox_ends_texts_and_the_mail_goes_out(loop: Loop) -> None:
    """The confirmation arrives on the phone; the next message goes by the other channel."""
    await loop.signed_up("alice", "sms", "email")
    loop.sandbox.answer(channel="sms", sender=PHONE, text="Stop")
    user = loop.stage.user("alice")
    await loop.stage.until(lambda: loop.post.reasons(user) == {"sms": [Reason.OPTED_OUT]})
    loop.sandbox.answer(channel="email", sender=MAIL, text="I prefer mails", to="hello@homing.example")
    await loop.stage.until_sent("alice", "welcome/sms", "first_use_reminder/email")


async def test_a_bounce_in_the_sandbox_suppresses_the_mailbox(loop: Loop) -> None:
    """The journey goes on by text."""
    loop.sandbox.mishap(effect="failed", channel="email", status="bounce", times=1)
    await loop.stage.signup("alice", email=MAIL, phone=PHONE, channels=("email", "sms"))
    user = loop.stage.user("alice")
    await loop.stage.until(lambda: loop.post.reasons(user) == {"email": [Reason.BOUNCED]})
    assert loop.stage.messages("alice")[0].failed_reason == "bounced"
    loop.sandbox.answer(channel="sms", sender=PHONE, text="Hello?", to="+15005550006")
    await loop.stage.until_sent("alice", "welcome/email", "first_use_reminder/sms")


async def test_words_that_are_not_approved_are_followed_by_the_next_channel(loop: Loop) -> None:
    """Twilio accepts them, for who has not written, and says so later: nobody waits for an hour then, and it is not
    the number that is to blame."""
    step = "send: welcome, via: [whatsapp, sms], fallback: {unless: delivered, after: 1h}"
    loop.stage.publish(JOURNEY.replace("send: welcome", step))
    await loop.stage.signup("alice", phone=PHONE)
    await loop.stage.until_sent("alice", "welcome/whatsapp", "welcome/sms")
    [refused, _] = loop.stage.messages("alice")
    assert (refused.receipt, refused.failed_reason) == ("failed", "template_required")
    assert loop.post.ended(loop.stage.user("alice")) == {}
