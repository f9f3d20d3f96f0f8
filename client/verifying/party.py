"""To whom a code goes, and by which channels: to a contact point, to a user, or to nobody.

Nobody is treated like everybody else. Whether a user exists, has an address or has opted out is nothing that an answer
may tell, so for them a decoy is begun, which sends nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import Session

from client.verifying.inputs import CodeAsked
from domain.addresses import fingerprint
from domain.delivery import Endpoint
from domain.errors import BadInput
from domain.suppression import barring
from domain.verification.contacts import USUAL, Contact, channels_for, check_to, lets_in, place_of, usable
from domain.verification.refusals import Kind, Refusal
from models import crowd, people, suppressions


@dataclass(frozen=True, slots=True)
class Rules:
    """What this deployment lets through: by which channels codes go, and into which countries."""

    channels: tuple[str, ...]
    countries: frozenset[str]
    default_locale: str = "en"


@dataclass(frozen=True, slots=True)
class Party:
    """Without addresses it is a decoy. `user_id` is who the one that was asked for is now, if they were merged."""

    user_id: str | None
    account: str
    addresses: Mapping[str, str]
    channels: list[str]
    locale: str


def party_of(session: Session, asked: CodeAsked, rules: Rules) -> Party | Refusal:
    """To whom this goes. Raises BadInput if no channel leads there, whoever it is."""
    if not set(asked.channels or rules.channels) & set(rules.channels):
        raise BadInput(f"channels: none of these is set up here; codes go by {', '.join(rules.channels)}")
    return _somebody(session, asked, rules) if asked.to else _user(session, asked, str(asked.user_id), rules)


def _somebody(session: Session, asked: CodeAsked, rules: Rules) -> Party | Refusal:
    contact, address = check_to(str(asked.to))
    channels = channels_for(contact, asked.channels, rules.channels)
    if not channels:
        raise BadInput(f"channels: none of these leads to a {contact}")
    if contact is Contact.PHONE and not lets_in(address, rules.countries):
        return country_refused(address)
    barred = suppressions.reasons(session, [fingerprint(channel, address) for channel in channels])
    free = [one for one in channels if not barring(barred.get(fingerprint(one, address), ()), transactional=True)]
    locale = asked.locale or rules.default_locale
    return Party(None, fingerprint(contact, address), dict.fromkeys(free, address), free or channels, locale)


def _user(session: Session, asked: CodeAsked, user_id: str, rules: Rules) -> Party:
    user_id = crowd.look(session, [user_id])[user_id].user
    person = people.find_person(session, user_id)
    open_to = {one.channel: one.address for one in people.endpoints(session, user_id) if _may_be_used(one, rules)}
    wanted: Sequence[str] = asked.channels or (person.channels if person else ()) or USUAL
    addresses = open_to if person else {}
    channels = usable(addresses, wanted, rules.channels)
    locale = asked.locale or (person.locale if person else rules.default_locale)
    decoys = [one for one in dict.fromkeys(wanted) if one in rules.channels] or list(rules.channels)
    reached = {channel: addresses[channel] for channel in channels}
    return Party(user_id, fingerprint("user", user_id), reached, channels or decoys, locale)


def _may_be_used(endpoint: Endpoint, rules: Rules) -> bool:
    if endpoint.ended_reason or barring(endpoint.suppressed, transactional=True):
        return False
    return "@" in endpoint.address or lets_in(endpoint.address, rules.countries)


def country_refused(number: str) -> Refusal:
    """Codes do not go there."""
    country = place_of(number).country
    message = f"codes are not sent to numbers of {country or 'no known country'}; offer e-mail"
    return Refusal(Kind.COUNTRY, message, place=country)
