"""Whether Twilio signed a request: over the public URL that it was given, and the form.

The URL comes from our settings, never from the request: behind a proxy the request does not know it, and what it says
of its host anybody can write. Twilio's scheme has no time in it, so a replay is told by what it says, not here.
"""

from urllib.parse import parse_qs

from twilio.request_validator import RequestValidator

from webhooks.form import Form
from webhooks.refusals import Forged, Garbled

FORM = "application/x-www-form-urlencoded"


class TwilioSignature:
    """Verifies requests with the account's auth token."""

    def __init__(self, auth_token: str | None, public_url: str | None) -> None:
        self._validator = RequestValidator(auth_token) if auth_token else None
        self._public_url = (public_url or "").rstrip("/")

    def verified(self, target: str, content_type: str, body: bytes, signature: str | None) -> Form:
        """The form that Twilio posted to `target`, the path with its query as it was asked for.

        Raises Forged unless Twilio signed exactly this, and Garbled if what it signed is no form.
        """
        if self._validator is None or not self._public_url:
            raise Forged("set TWILIO_AUTH_TOKEN and HOMING_PUBLIC_URL to take what Twilio posts")
        if not signature:
            raise Forged("the X-Twilio-Signature header is missing")
        is_form = content_type.partition(";")[0].strip().lower() == FORM
        # Twilio's validator does not look at a body that is no form unless its hash is in the query.
        if not is_form and "bodySHA256" not in parse_qs(target.partition("?")[2]):
            raise Forged("what is no form needs its hash in the URL")
        try:
            posted = Form.parse(body) if is_form else body.decode()
            valid = bool(self._validator.validate(self._public_url + target, posted, signature))
        except (TypeError, ValueError) as error:  # what the validator raises for what it did not expect
            raise Forged("the request cannot be verified") from error
        if not valid:
            raise Forged("X-Twilio-Signature does not fit the request: is HOMING_PUBLIC_URL what Twilio was given?")
        if isinstance(posted, str):
            raise Garbled(f"the body must be {FORM}")
        return posted
