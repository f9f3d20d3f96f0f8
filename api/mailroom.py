"""What providers post: verified, put into our words, taken in, and passed on to journeys; for the routes of both.

A provider that gets no 200 posts again, SendGrid for a day. So what is known, final or none of ours is answered 200.
"""

import asyncio
import hmac
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import structlog
from fastapi import Request
from pydantic import SecretStr

from api.parts import Parts
from api.problems import Problem
from client.inbox import Heard, Inbox
from client.receipts import Receipts
from domain.inbound import Incoming
from domain.receipts import Receipt
from webhooks import answers
from webhooks.credentials import twilio_token
from webhooks.refusals import Forged, Garbled
from webhooks.sendgrid_signature import SendGridSignature
from webhooks.twilio_signature import TwilioSignature

AT_ONCE = 200  # receipts in one transaction; SendGrid posts up to a thousand events together

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Mailroom:
    """One per process."""

    parts: Parts
    twilio: TwilioSignature
    sendgrid: SendGridSignature
    inbound_token: bytes
    receipts: Receipts
    inbox: Inbox

    @classmethod
    def of(cls, parts: Parts) -> "Mailroom":
        """By the settings. Raises Misconfigured for a key that is none."""
        config = parts.config
        token = twilio_token(_plain(config.twilio_auth_token), config.sandbox_url)
        if not parts.seals.can_seal:
            log.warning("inbound.unsealed", effect="what people write is not kept", mend="set HOMING_ENCRYPTION_KEYS")
        return cls(
            parts=parts,
            twilio=TwilioSignature(token, config.public_url),
            sendgrid=SendGridSignature(config.sendgrid_webhook_key),
            inbound_token=(_plain(config.inbound_token) or "").encode(),
            receipts=Receipts(parts.database, parts.clock),
            inbox=Inbox(parts.database, parts.clock, parts.seals),
        )

    async def take(self, receipts: Sequence[Receipt]) -> None:
        """Take receipts in, then the events of them that journeys wait for."""
        for begin in range(0, len(receipts), AT_ONCE):
            some = receipts[begin : begin + AT_ONCE]
            taken = await asyncio.to_thread(self.receipts.take, some, datetime.now(UTC))
            if taken.told:
                self.parts.relay.wake()
            if taken.happened:
                await self.parts.take(taken.happened, strangers=True)
            self.parts.meters.reported((one.channel, str(one.state)) for one in some)
            log.info(
                "receipts.taken", new=taken.new, known=len(some) - taken.new - taken.unknown, unknown=taken.unknown
            )

    async def hear(self, incoming: Incoming) -> Heard:
        """Take a message in, do what it asks for, then the events of it."""
        heard = await asyncio.to_thread(self.inbox.take, incoming, datetime.now(UTC))
        if heard.happened:
            await self.parts.take(heard.happened, strangers=True)
        self.parts.meters.heard(incoming.channel, str(heard.deed))
        return heard

    def answer(self, heard: Heard) -> str | None:
        """What is answered to a keyword, in the person's language."""
        config = self.parts.config
        return answers.words(heard.deed, heard.locale, config.product_name, config.product_url)

    def check_token(self, given: str) -> None:
        """Raises Forged unless it is the secret of the URL; without one set, nothing is."""
        if not self.inbound_token or not hmac.compare_digest(given.encode(errors="replace"), self.inbound_token):
            raise Forged("the URL does not hold HOMING_INBOUND_TOKEN")


def mailroom_of(request: Request) -> Mailroom:
    """That of the app which this request came to."""
    found: Mailroom = request.app.state.mailroom
    return found


def target_of(request: Request) -> str:
    """What was asked for, as it was written: path and query, without the host, which anybody can write."""
    path = bytes(request.scope.get("raw_path") or b"").decode("latin-1")
    query = bytes(request.scope["query_string"]).decode("latin-1")
    return f"{path}?{query}" if query else path


@contextmanager
def refusing() -> Iterator[None]:
    """403 for what is not proven, 400 for what makes no sense. Why, only our log says: it names settings."""
    try:
        yield
    except Forged as error:
        log.warning("webhook.refused", why=str(error))
        raise Problem(403, "forged", "the provider's signature, or the URL's secret, is missing or wrong") from None
    except Garbled as error:
        log.warning("webhook.garbled", why=str(error))
        raise Problem(400, "garbled", str(error)) from None


def _plain(secret: SecretStr | None) -> str | None:
    return secret.get_secret_value() if secret else None
