"""Twilio's Messages API as SMS and WhatsApp share it: send once, and find what was sent."""

import json
import re
from collections.abc import Collection
from datetime import datetime

from twilio.rest.api.v2010.account.message import MessageInstance

from channels.protocol import Accepted, Outgoing
from channels.twilio_senders import SERVICE, check_sender
from channels.twilio_wire import SEARCH_LIMIT, SKEW, Account, client, status_callback

# Twilio puts this before each text while an account is on trial.
TRIAL_PREFIX = "Sent from your Twilio trial account - "


class TwilioMessages:
    """A channel over the Messages API; a subclass gives its name and the prefix of its addresses."""

    name: str
    prefix = ""
    provider = "twilio"
    can_ask = True
    repeatable = False

    def __init__(self, account: Account, sender: str, public_url: str | None = None) -> None:
        """`sender` is a number, an alphanumeric sender or the SID of a Messaging Service (MG...), or Misconfigured."""
        self.sender = check_sender(self.name, sender)
        self._messages = client(account).messages
        self._public_url = public_url
        is_service = re.fullmatch(SERVICE, sender)
        self._from = {"messaging_service_sid": sender} if is_service else {"from_": self._address(sender)}

    def send(self, message: Outgoing) -> Accepted:
        """Create the message, with our id in its status callback. Raises ChannelError."""
        to, callback = self._address(message.to), status_callback(self._public_url, message.message_id)
        created = self._messages.create(to=to, **_words(message), **self._from, **callback)
        return Accepted(created.sid)

    def find(self, message: Outgoing, since: datetime, claimed: Collection[str]) -> Accepted | None:
        """The message as Twilio has it, or None. Raises ChannelError when Twilio cannot say.

        All recent messages to the person are read, without a date filter and without trusting the order:
        both go by date_sent, which a queued message, the very one that is looked for, does not have yet.
        """
        # A Messaging Service picks the number itself, so the list is then of all our numbers.
        sender = self._from if "from_" in self._from else {}
        listed = self._messages.list(to=self._address(message.to), limit=SEARCH_LIMIT, **sender)
        fitting = (each for each in listed if each.sid not in claimed and _fits(each, message, since))
        return next((Accepted(each.sid) for each in fitting), None)

    def _address(self, number: str) -> str:
        return f"{self.prefix}{number.removeprefix(self.prefix)}"


def _words(message: Outgoing) -> dict[str, str]:
    if not message.content_sid:
        return {"body": message.text}
    variables = json.dumps(dict(message.content_variables or {}), ensure_ascii=False)
    return {"content_sid": message.content_sid, "content_variables": variables}


def _fits(found: MessageInstance, message: Outgoing, since: datetime) -> bool:
    if found.date_created is None or found.date_created < since - SKEW:
        return False
    body = (found.body or "").removeprefix(TRIAL_PREFIX)
    return str(found.direction).startswith("outbound") and _says(body, message)


def _says(body: str, message: Outgoing) -> bool:
    """Whether these are its words. Of an approved copy Twilio lists what came of it, which holds all our variables."""
    if message.content_sid:
        return all(value in body for value in (message.content_variables or {}).values())
    return body.strip() == message.text.strip()
