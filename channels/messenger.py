"""Facebook Messenger by Twilio: the person writes first, and for 24 hours may be answered."""

from channels.twilio_messages import TwilioMessages


class Messenger(TwilioMessages):
    """A message from a page to somebody who wrote to it, known by an id that only this page knows."""

    name = "messenger"
    prefix = "messenger:"
