"""Can a code go to this contact point of a person, by which channels, and is it needed at all? Pure."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

from domain.contact.choosing import choose
from domain.delivery import Decision, Endpoint, Verdict
from domain.verification.answers import Answer
from domain.verification.contacts import CONTACT_OF, USUAL, Contact


@dataclass(frozen=True, slots=True)
class Reach:
    """The answer with the decision on each channel; `channels` are those that a code may go by."""

    answer: Answer
    decisions: tuple[Decision, ...]
    channels: tuple[str, ...]


def reach(
    contact: Contact,
    via: Sequence[str],
    endpoints: Collection[Endpoint],
    served: Collection[str],
    lets_in: Callable[[str], bool],
) -> Reach:
    """`served` are the channels that codes go by here, `lets_in` tells of a number whether codes go to its country.

    What counts is the address to which the code would go first.
    """
    wanted = list(via) or [str(channel) for channel in USUAL if CONTACT_OF[channel] is contact]
    by_channel = {one.channel: one for one in endpoints}
    found = choose(wanted, wanted, list(endpoints), wanted, list(served), transactional=True)
    found = [_in_country(one, contact, by_channel, lets_in) for one in found]
    channels = tuple(str(one.channel) for one in found if one.verdict is Verdict.ALLOWED)
    if not channels:
        return Reach(Answer.OUT_OF_REACH, tuple(found), ())
    known = by_channel[channels[0]].verified
    return Reach(Answer.KNOWN if known else Answer.ASKED, tuple(found), channels)


def _in_country(
    one: Decision, contact: Contact, endpoints: dict[str, Endpoint], lets_in: Callable[[str], bool]
) -> Decision:
    if one.verdict is not Verdict.ALLOWED or contact is Contact.EMAIL or lets_in(endpoints[str(one.channel)].address):
        return one
    return replace(one, verdict=Verdict.REFUSED, rule="country_not_allowed")
