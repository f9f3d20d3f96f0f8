"""When Twilio refuses to call: its checks, in its order, with its codes; and what the TwiML of a call says."""

from dataclasses import dataclass
from xml.etree import ElementTree

from sandbox.twilio_rules import is_possible

TWIML_LIMIT = 4000
USUAL_EVENTS = ["completed"]
# Twilio's own magic numbers, which its test credentials answer in the same way.
MAGIC_CALLERS = {"+15005550001": 21212}
MAGIC_CALLED = {"+15005550001": 21217, "+15005550002": 21214, "+15005550003": 21215, "+15005550004": 21216}
# What Twilio says to the person where it cannot make sense of the TwiML.
APOLOGY = "We are sorry. An application error has occurred. Goodbye."


@dataclass(frozen=True, slots=True)
class CallDraft:
    """A call as it was posted; None for what was not given."""

    to: str
    sender: str | None
    twiml: str | None
    status_callback: str | None
    events: list[str]


def call_draft(form: dict[str, list[str]]) -> CallDraft:
    """Read the form that Twilio's SDKs post."""

    def field(name: str) -> str | None:
        return form[name][0] if name in form else None

    events = form.get("StatusCallbackEvent", USUAL_EVENTS)
    return CallDraft(field("To") or "", field("From"), field("Twiml"), field("StatusCallback"), events)


def call_refusal(call: CallDraft) -> int | None:
    """Twilio's error code if it would refuse the call at once."""
    return _refused_to(call.to) or _refused_from(call.sender) or _refused_twiml(call.twiml)


@dataclass(frozen=True, slots=True)
class Said:
    """What a call says, a line for each time that it speaks, in which language, and where pressed keys go to."""

    text: str
    language: str | None = None
    keys_url: str | None = None


def said(twiml: str) -> Said:
    """What the TwiML of a call makes of it."""
    try:
        root = ElementTree.fromstring(twiml)  # noqa: S314  it comes from whoever tries us
    except ElementTree.ParseError:
        return Said(APOLOGY)
    spoken = list(root.iter("Say"))
    lines = ["".join(one.itertext()).strip() for one in spoken]
    gathers = [one.get("action") for one in root.iter("Gather")]
    language = next((one.get("language") for one in spoken), None)
    return Said("\n".join(lines), language, next(iter(gathers), None))


def _refused_to(to: str) -> int | None:
    if not to:
        return 21201
    return MAGIC_CALLED.get(to) or (None if is_possible(to) else 21211)


def _refused_from(sender: str | None) -> int | None:
    if not sender:
        return 21213
    return MAGIC_CALLERS.get(sender) or (None if is_possible(sender) else 21212)


def _refused_twiml(twiml: str | None) -> int | None:
    if not twiml:
        return 21205  # a URL would do as well, but here nobody would fetch it
    return 32018 if len(twiml) > TWIML_LIMIT else None
