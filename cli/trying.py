"""Sends one message to whoever writes templates, by the real channels, and remembers nothing of it."""

from dataclasses import replace
from uuid import uuid4

from channels import registry
from channels.protocol import ChannelError, Failure, Outgoing
from cli.common import load_settings
from domain.delivery import CONTACTS, NEED_NO_CONTACT, ChannelName
from domain.errors import BadInput, HomingError, Misconfigured, Unreachable
from domain.identifiers import check_contact
from domain.templates import Rendered

MARK = "[TEST] "
MEANINGS: dict[Failure, tuple[type[HomingError], str]] = {
    Failure.PERMANENT: (BadInput, "this address is refused"),
    Failure.TRANSIENT: (Unreachable, "not now; try again"),
    Failure.AMBIGUOUS: (Unreachable, "it may or may not have gone out; look before you try again"),
    Failure.CONFIGURATION: (Misconfigured, "the settings of this channel, or the template, are refused"),
}


def send_test(channel: str, to: str, message: Rendered) -> str:
    """Send it and say what came of it. Raises HomingError, with what to do."""
    if channel in NEED_NO_CONTACT:  # stored with a person, or for the browsers of one: nobody's would be nowhere
        raise BadInput(f"{channel} goes to a person's own browsers: preview it, or enter a journey that sends it")
    address = check_contact(CONTACTS[ChannelName(channel)], to)
    # Without a public URL no provider reports back to us: it would be of a message that there is not.
    channels = registry.build(load_settings().model_copy(update={"public_url": None}))
    if channel not in channels:
        raise Misconfigured(f"{channel} is not configured, only {', '.join(channels)}; see docs/operations.md")
    try:
        accepted = channels[channel].send(outgoing(address, message))
    except ChannelError as error:
        kind, meaning = MEANINGS[error.failure]
        raise kind(f"{meaning} ({error.reason}: {error})") from None
    return f"{channels[channel].provider} has taken it as {accepted.provider_id}"


def outgoing(to: str, message: Rendered) -> Outgoing:
    """The message, marked wherever a person looks first."""
    marked = replace(message, text=MARK + message.text)
    if message.subject is not None:
        marked = replace(marked, subject=MARK + message.subject)
    words = {name: getattr(marked, name) for name in ("text", "subject", "html", "title", "link")}
    return Outgoing(message_id=f"test-{uuid4().hex}", to=to, locale=message.locale, **words)
