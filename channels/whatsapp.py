"""WhatsApp by Twilio. Free text reaches only people who wrote within the last 24 hours (error 63016)."""

from channels.twilio_messages import TwilioMessages


class WhatsApp(TwilioMessages):
    """A WhatsApp message to a phone number; sender and recipient carry the same prefix."""

    name = "whatsapp"
    prefix = "whatsapp:"
