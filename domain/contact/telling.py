"""Why a message was, or was not, sent: a sentence for each rule, with what it looked at, for people to read."""

from collections.abc import Callable, Mapping
from datetime import datetime, tzinfo
from typing import Any

from domain.contact.caps import Cap
from domain.contact.caps import read as read_caps
from domain.durations import format_duration

Inputs = Mapping[str, Any]
Tell = Callable[[Inputs, tzinfo], str]

OWNERS = {"person": "their own zone", "journey": "the journey's zone", "nobody": "as nobody knows their zone"}
SUPPRESSED = {
    "opted_out": "somebody wrote STOP from there, or told the provider so",
    "bounced": "there is no such mailbox",
    "complained": "it was reported as spam from there",
    "unsubscribed": "somebody unsubscribed there by the provider's link",
}
NEEDED = {"express": "somebody has agreed to them", "confirmed": "somebody has agreed to them and confirmed it"}
NO_ADDRESS = "we know no address of theirs there"
LACKING = {"push": "no browser of theirs allows notifications", "messenger": "we know no Messenger id of theirs"}
SCOPES = {"overall": "in all", "topic": "about this topic", "channel": "on this channel"}


def local_time(instant: datetime, zone: tzinfo) -> str:
    """As a calendar on the wall shows it.

    >>> from datetime import UTC
    >>> local_time(datetime(2026, 3, 3, 8, tzinfo=UTC), UTC)
    'Tue 3 Mar 2026 08:00'
    """
    there = instant.astimezone(zone)
    return f"{there:%a} {there.day} {there:%b %Y %H:%M}"


def why(rule: str, channel: str | None, inputs: Inputs, zone: tzinfo) -> str:
    """One sentence. A rule of a newer version, or of an older one, is told by its name."""
    tell = SENTENCES.get(rule)
    told = tell({**inputs, "channel": channel}, zone) if tell else f"the rule {rule} said so"
    return f"By {channel}: {told}." if channel else f"{told[:1].upper()}{told[1:]}."


def _when(inputs: Inputs, name: str, zone: tzinfo) -> str:
    try:
        return local_time(datetime.fromisoformat(str(inputs.get(name))), zone)
    except ValueError:
        return "a time that was not kept"


def _usable(inputs: Inputs, zone: tzinfo) -> str:
    copy = ", in the words that the provider has approved" if inputs.get("content_sid") else ""
    exempt = ", and it is transactional: neither the hour nor a cap counts" if inputs.get("transactional") else ""
    return f"it could go, the address is usable{copy}{exempt}{_order(inputs)}{_before(inputs)}"


def _before(inputs: Inputs) -> str:
    """What the step has waited for in vain, if this is not its first channel."""
    past = inputs.get("past")
    if not isinstance(past, list) or not past:
        return ""
    return f"; the receipt that the step waits for has not come for what went out by {', '.join(past)} before"


def _order(inputs: Inputs) -> str:
    """Whose order of channels it was, if nobody has asked for one."""
    if inputs.get("via") != "preferred":
        return ""
    if inputs.get("order") == "topic":
        return "; the order of channels is the topic's"
    found = inputs.get("learned")
    if not isinstance(found, dict):
        return ""
    return f"; channels are in the order in which they answer: {', '.join(_habit(*one) for one in found.items())}"


def _habit(channel: str, figures: Inputs) -> str:
    """`sms 1.86 (2 clicks, 5 delivered)`."""
    counts = ", ".join(f"{count} {response}" for response, count in figures.items() if response != "score")
    return f"{channel} {figures.get('score')} ({counts or 'nothing yet'})"


def _via(inputs: Inputs) -> str:
    via = inputs.get("via")
    return f"the step asks for {', '.join(via)}" if isinstance(via, list) else "the person's own order was asked for"


def _quiet(inputs: Inputs, zone: tzinfo) -> str:
    begins, _, ends = str(inputs.get("quiet_hours")).partition("-")
    place = f"{inputs.get('zone')}, {OWNERS.get(str(inputs.get('zone_of')), 'somebody else')}"
    night = f"it was {inputs.get('local')} there ({place}), and from {begins} to {ends} it is quiet"
    return f"held until {_when(inputs, 'until', zone)}, for {night}"


def _capped(inputs: Inputs, zone: tzinfo) -> str:
    had = f"the person has had {inputs.get('counted')} messages {_window(str(inputs.get('cap')))}"
    until = _when(inputs, "until", zone)
    if inputs.get("capped") == "hold":
        return f"held until {until}, for {had}"
    return f"left out, for {had}; there is room again from {until}"


def _window(text: str) -> str:
    try:
        [cap] = read_caps(text)
    except ValueError:
        return f"under the cap {text}"
    return f"{_scope(cap)} in the last {format_duration(cap.within)}, and {cap.most} are the most"


def _scope(cap: Cap) -> str:
    return SCOPES.get(cap.scope, f"by {cap.scope}")


def _yields(inputs: Inputs, zone: tzinfo) -> str:
    found = inputs.get("to")
    other: Inputs = found if isinstance(found, dict) else {}
    place = f"{other.get('journey')}/{other.get('step')} by {other.get('channel')}"
    ranks = f"with {other.get('priority')} priority before {inputs.get('priority')}"
    return f"held until {_when(inputs, 'until', zone)}, as {place} waits for the room that the caps leave, {ranks}"


def _withdrawn(inputs: Inputs, zone: tzinfo) -> str:
    about = "all topics" if inputs.get("about") == "*" else f"the topic {inputs.get('about')}"
    return f"on {_when(inputs, 'said', zone)} the person said no to {about} on {inputs.get('on')}"


def _missing(inputs: Inputs, zone: tzinfo) -> str:
    needed = NEEDED.get(str(inputs.get("needed")), "there is consent")
    return f"messages about {inputs.get('topic')} go out only if {needed}, and the person has not"


def _closed(inputs: Inputs, zone: tzinfo) -> str:
    last = _when(inputs, "last_inbound_at", zone) if inputs.get("last_inbound_at") else None
    said = f"last wrote there on {last}, which is a day ago or more" if last else "has never written there"
    return f"the person {said}, and there are no words that the provider has approved for such people"


# Every rule there is; tests walk through them.
SENTENCES: Mapping[str, Tell] = {
    "address_usable": _usable,
    "quiet_hours": _quiet,
    "capped": _capped,
    "yields_to": _yields,
    "consent_withdrawn": _withdrawn,
    "consent_missing": _missing,
    "paused_by_person": lambda inputs, zone: f"the person wants no messages until {_when(inputs, 'until', zone)}",
    "suppressed": lambda inputs, _: (
        "nothing goes to that address: " + SUPPRESSED.get(str(inputs.get("reason")), str(inputs.get("reason")))
    ),
    "address_ended": lambda inputs, _: (
        f"a provider has refused that address for good ({str(inputs.get('reason')).replace('_', ' ')})"
    ),
    "outside_window": _closed,
    "unverified": lambda *_: "nobody has confirmed yet that the address is theirs",
    "country_not_allowed": lambda *_: "no codes go to numbers of that country",
    "code_limit": lambda inputs, _: (
        f"a limit on codes was reached ({str(inputs.get('limit', 'not kept')).replace('_', ' ')}), so the code "
        "was to be asked for later"
    ),
    "no_address": lambda inputs, _: f"{LACKING.get(str(inputs.get('channel')), NO_ADDRESS)}; {_via(inputs)}",
    "no_text_for_channel": lambda inputs, _: (
        f"the template has no text for it, only for {', '.join(inputs.get('written', ())) or 'none'}"
    ),
    "channel_not_configured": lambda inputs, _: (
        f"this deployment does not send there, only by {', '.join(inputs.get('served', ())) or 'none'}"
    ),
    "no_channel_preferred": lambda *_: "no channel was asked for, and we know no address of theirs at all",
    "no_channel_left": lambda inputs, _: (
        f"no channel is left after {', '.join(inputs.get('past', ())) or 'all of them'}, for each gets its turn once"
    ),
    "arrived_before": lambda *_: "nothing more was sent, for what went out before has arrived meanwhile",
    "unknown_person": lambda *_: "nobody is known by that id, so nobody was written to",
    "gave_up": lambda *_: "it was tried until it was too late, and nothing could be decided in time",
}
