"""SMS by Twilio."""

from channels.twilio_messages import TwilioMessages


class Sms(TwilioMessages):
    """A text to a phone number."""

    name = "sms"
