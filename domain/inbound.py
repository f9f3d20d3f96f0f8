"""What people write to us, and what follows from it at once."""

from dataclasses import dataclass
from enum import StrEnum

from domain.delivery import ChannelName
from domain.keywords import Keyword
from domain.suppression import Reason

# What a person may take back by writing START. A bounce is no wish, and a complaint was made elsewhere.
FREED_BY_START = frozenset({Reason.OPTED_OUT, Reason.UNSUBSCRIBED})
# The channels on which the answer to a keyword can go out with the webhook's own answer.
ANSWERED = frozenset({ChannelName.SMS, ChannelName.WHATSAPP, ChannelName.MESSENGER})


@dataclass(frozen=True, slots=True)
class Incoming:
    """One message from somebody to us.

    `keyword` is what it asks for by the provider's word or ours. `answered`: the provider has answered it already.
    `proven`: it does come from that address; anybody can write a mail in another's name. `automatic`: no person wrote
    it, such as an out-of-office reply. `answer` is our own word for a key that was pressed.
    """

    channel: str
    address: str
    provider_id: str
    text: str
    subject: str | None = None
    attachments: int = 0
    keyword: Keyword | None = None
    answered: bool = False
    proven: bool = True
    automatic: bool = False
    answer: str | None = None


class Deed(StrEnum):
    """What was done with it."""

    STOPPED = "stopped"
    STOPPED_BEFORE = "stopped_before"  # one confirmation is allowed, and was given the first time
    STARTED = "started"
    HELPED = "helped"
    HEARD = "heard"  # an ordinary message, for journeys and people to answer
    KEPT = "kept"  # nobody wrote it: kept, and nobody is told


def deed(incoming: Incoming, *, stopped: bool) -> Deed:
    """What to do with a message. `stopped`: this address has opted out on this channel.

    YES and its like start only what was stopped; otherwise they answer something. CANCEL always stops: who is not
    written to any more can still be asked, who is written to against their will has been wronged.
    """
    if incoming.automatic:
        return Deed.KEPT
    match incoming.keyword:
        case Keyword.STOP:
            return Deed.STOPPED_BEFORE if stopped else Deed.STOPPED
        case Keyword.START if stopped and incoming.proven:
            return Deed.STARTED
        case Keyword.HELP if incoming.channel in ANSWERED:
            return Deed.HELPED
        case _:
            return Deed.HEARD
