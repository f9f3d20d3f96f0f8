"""Whether SendGrid signed a request: over the time of sending and the very bytes of the body."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from sendgrid.helpers.eventwebhook import EventWebhook
from sendgrid.helpers.eventwebhook.eventwebhook_header import EventWebhookHeader

from domain.errors import Misconfigured
from webhooks.refusals import Forged

# How old a request may be, and how far SendGrid's clock ahead of ours. It posts within seconds; ten minutes leave room
# for a clock that is wrong and for a slow proxy. A replay within them is harmless: each event is taken once by its id.
FRESH = timedelta(minutes=10)
ARMOUR = re.compile(r"-----(BEGIN|END) PUBLIC KEY-----|\s+|\\n")
SECONDS = re.compile(r"[0-9]{1,12}")


class SendGridSignature:
    """Verifies requests with the public key that SendGrid shows for its event webhook."""

    def __init__(self, public_key: str | None) -> None:
        """Raises Misconfigured for what is no key; with or without its armour."""
        try:
            self._webhook = EventWebhook(ARMOUR.sub("", public_key)) if public_key else None
        except (ValueError, TypeError) as error:
            message = "HOMING_SENDGRID_WEBHOOK_KEY is not the verification key of SendGrid's event webhook"
            raise Misconfigured(message) from error

    def verify(self, headers: Mapping[str, str], body: bytes, now: datetime) -> str:
        """The body as text. Raises Forged unless SendGrid signed it, and lately. `headers` know no case."""
        if self._webhook is None:
            raise Forged("set HOMING_SENDGRID_WEBHOOK_KEY to take what SendGrid posts")
        signature, at = headers.get(EventWebhookHeader.SIGNATURE), headers.get(EventWebhookHeader.TIMESTAMP)
        if not signature or not at:
            raise Forged("SendGrid's signature headers are missing: switch on its signed event webhook")
        if not SECONDS.fullmatch(at) or abs(now - datetime.fromtimestamp(int(at), UTC)) > FRESH:
            raise Forged("the signature is too old, or from the future: is this machine's clock right?")
        try:
            text = body.decode()  # SendGrid's helper wants text
            valid = bool(self._webhook.verify_signature(text, signature, at))
        except (TypeError, ValueError) as error:  # what it raises for what it did not expect
            raise Forged("the request cannot be verified") from error
        if not valid:
            raise Forged("the signature does not fit the request: is HOMING_SENDGRID_WEBHOOK_KEY SendGrid's?")
        return text
