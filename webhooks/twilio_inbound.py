"""Messages that people send to our numbers at Twilio, in our words."""

import re
from collections.abc import Mapping

from domain.inbound import Incoming
from domain.keywords import Keyword, keyword
from webhooks.refusals import Garbled
from webhooks.twilio_addresses import bare, channel_of
from webhooks.twilio_status import SID

# Advanced Opt-Out has its own words, which we do not know: what it says of them counts more than ours.
OPT_OUT_TYPES = {"STOP": Keyword.STOP, "START": Keyword.START, "HELP": Keyword.HELP}
LONGEST = 20_000  # characters; Twilio puts longer messages together from at most ten parts, far below this


def incoming(form: Mapping[str, str]) -> Incoming | None:
    """The message, None if it came by a channel that we do not serve. Raises Garbled."""
    sid, sender, text = form.get("MessageSid", ""), form.get("From", ""), form.get("Body", "")
    if not SID.fullmatch(sid) or not sender:
        raise Garbled("an inbound message needs MessageSid and From")
    channel = channel_of(sender)
    if channel is None:
        return None
    told = OPT_OUT_TYPES.get(form.get("OptOutType", "").strip().upper())
    media = form.get("NumMedia", "0")
    return Incoming(
        channel=channel,
        address=bare(sender),
        provider_id=sid,
        text=text[:LONGEST],
        attachments=int(media) if re.fullmatch(r"[0-9]{1,3}", media) else 0,
        keyword=told or keyword(text),
        answered=told is not None,
    )
