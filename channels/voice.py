"""A phone call by Twilio that reads a message out.

Each line is said by itself, with a pause behind it: so the digits of a code stand one to a line, and can be written
down. Whoever answers, a person or a machine, hears it from the beginning. Where keys may be pressed, Twilio asks us
what to say next, at an address that holds what each of them means.
"""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from urllib.parse import urlencode

from twilio.rest.api.v2010.account.call import CallInstance
from twilio.twiml.voice_response import Gather, VoiceResponse

from channels.protocol import Accepted, ChannelError, Failure, Outgoing
from channels.twilio_senders import check_sender
from channels.twilio_wire import SEARCH_LIMIT, SKEW, Account, client, status_callback
from domain.identifiers import with_country

LONGEST_TWIML = 4000  # characters; Twilio refuses more with 32018
RING_SECONDS = 30  # then it has not been answered; Twilio's own minute would outlast anybody's patience
PAUSE_SECONDS = 1
KEY_SECONDS = 8  # for the hand to find the key when all has been said
LATEST = datetime.max.replace(tzinfo=UTC)  # of a call that waits to be dialled and has no date yet
REPORTED = ["initiated", "answered", "completed"]  # the last is told of calls that were not answered as well


class Voice:
    """A call to a phone number."""

    name = "voice"
    provider = "twilio"
    can_ask = True
    repeatable = False

    def __init__(self, account: Account, sender: str, public_url: str | None = None) -> None:
        self._calls = client(account).calls
        self.sender = check_sender(self.name, sender)
        self._public_url = public_url

    def send(self, message: Outgoing) -> Accepted:
        """Have the call made, with our id in its status callback. Raises ChannelError."""
        callback = status_callback(self._public_url, message.message_id)
        reported = {**callback, "status_callback_event": REPORTED} if callback else {}
        twiml = spoken(message.text, message.locale, self._pressed(message))
        created = self._calls.create(to=message.to, from_=self.sender, twiml=twiml, timeout=RING_SECONDS, **reported)
        return Accepted(created.sid)

    def _pressed(self, message: Outgoing) -> str | None:
        """Where Twilio tells of the key; nowhere if there are none, or if nobody can reach us."""
        if not (message.keys and self._public_url):
            return None
        return pressed_url(self._public_url, message.keys, message.locale)

    def find(self, message: Outgoing, since: datetime, claimed: Collection[str]) -> Accepted | None:
        """The call as Twilio has it, or None. Raises ChannelError when Twilio cannot say.

        Twilio does not keep what a call said: it is the first one to this number since then that is nobody else's.
        """
        listed = self._calls.list(to=message.to, from_=self.sender, limit=SEARCH_LIMIT)
        fitting = [each for each in listed if each.sid not in claimed and _fits(each, since)]
        first = min(fitting, key=lambda each: each.date_created or LATEST, default=None)
        return Accepted(str(first.sid)) if first else None


def spoken(text: str, locale: str | None, pressed: str | None = None) -> str:
    """The call as TwiML; what is pressed meanwhile goes to that address. Raises ChannelError for one that says nothing,
    or is too long for Twilio."""
    response, language = VoiceResponse(), language_of(locale)
    response.pause(length=PAUSE_SECONDS)  # for the phone to reach the ear
    speaker = response.append(listening(pressed)) if pressed else response
    lines = ["".join(each if each.isprintable() else " " for each in line).strip() for line in text.splitlines()]
    for line in filter(None, lines):
        speaker.say(line, language=language)
        speaker.pause(length=PAUSE_SECONDS)
    if not any(lines) or len(str(response)) > LONGEST_TWIML:
        problem = f"a call says something, in TwiML of at most {LONGEST_TWIML} characters, not {len(str(response))}"
        raise ChannelError(Failure.CONFIGURATION, "content_refused", problem)
    return str(response)


def pressed_url(public_url: str, keys: Mapping[str, str], locale: str | None) -> str:
    """Where Twilio tells of a key, with what each of them means; its signature is over all of that."""
    return f"{public_url.rstrip('/')}/webhooks/twilio/keys?{urlencode({'locale': locale or 'en', **keys})}"


def listening(pressed: str) -> Gather:
    """What is said inside of it stops as soon as a key is pressed."""
    return Gather(action=pressed, num_digits=1, timeout=KEY_SECONDS, finish_on_key="")


def language_of(locale: str | None) -> str:
    """As Twilio names it: with a country."""
    return with_country(locale or "en")


def _fits(found: CallInstance, since: datetime) -> bool:
    made = found.date_created or LATEST
    return made >= since - SKEW and str(found.direction).startswith("outbound")
