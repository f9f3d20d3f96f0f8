"""Where a code goes: contact points, their channels, the countries that are let in, and numbers as neighbourhoods."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

import phonenumbers

from domain.delivery import ChannelName
from domain.errors import BadInput
from domain.identifiers import check_email, check_phone
from domain.shown import shown


class Contact(StrEnum):
    """A kind of contact point. A right code proves that the person holds it."""

    PHONE = "phone"
    EMAIL = "email"


CONTACT_OF = {
    ChannelName.SMS: Contact.PHONE,
    ChannelName.WHATSAPP: Contact.PHONE,
    ChannelName.VOICE: Contact.PHONE,
    ChannelName.EMAIL: Contact.EMAIL,
}
CodeChannel = Literal[ChannelName.SMS, ChannelName.WHATSAPP, ChannelName.VOICE, ChannelName.EMAIL]
PROVES = {Contact.PHONE: "phone_verified", Contact.EMAIL: "email_verified"}  # the event of a right code
# For who has not said which: the usual one of each contact point first. A call disturbs and is dear: it comes last, and
# only where the operator has named it among the channels that codes may go by.
USUAL = (ChannelName.SMS, ChannelName.EMAIL, ChannelName.WHATSAPP, ChannelName.VOICE)

BLOCK_DIGITS = 4  # +14155550123 is one of the block +1415555: 10,000 numbers that often have one owner
RANGE_DIGITS = 3  # ... and of the range +1415: an area, or an operator


@dataclass(frozen=True, slots=True)
class Place:
    """A phone number's neighbourhood. `country` is None for a number of no country, or of none that exists."""

    country: str | None
    block: str
    range: str


def check_to(to: str) -> tuple[Contact, str]:
    """What kind of contact point this is, in its one form. Raises BadInput that never repeats it."""
    return (Contact.EMAIL, check_email(to)) if "@" in to else (Contact.PHONE, check_phone(to))


def check_country(code: str) -> str:
    """The code of a country that has phone numbers, in capitals, such as BR. Raises BadInput."""
    if code.upper() not in phonenumbers.SUPPORTED_REGIONS:
        raise BadInput(f"{shown(code)} is no country with phone numbers; give codes of two letters, such as BR or ID")
    return code.upper()


def check_channel(name: str) -> str:
    """The name of a channel that codes can go by. Raises BadInput."""
    if name not in CONTACT_OF:
        raise BadInput(f"codes do not go by {shown(name)}, but by {', '.join(CONTACT_OF)}")
    return name


def channels_for(contact: Contact, wanted: Sequence[str], served: Collection[str]) -> list[str]:
    """The channels that lead to a contact point, in the order of trying.

    >>> channels_for(Contact.PHONE, [], {"sms", "email", "whatsapp"})
    ['sms', 'whatsapp']
    """
    order = wanted or [str(channel) for channel in USUAL]
    return [one for one in dict.fromkeys(order) if one in served and CONTACT_OF[ChannelName(one)] is contact]


def place_of(number: str) -> Place:
    """The neighbourhood of a number in E.164.

    >>> place_of("+5511987654321")
    Place(country='BR', block='+551198765', range='+55119')
    """
    parsed = phonenumbers.parse(number)
    country = phonenumbers.region_code_for_number(parsed)
    area = str(parsed.national_number)[:RANGE_DIGITS]
    return Place(country, number[:-BLOCK_DIGITS], f"+{parsed.country_code}{area}")


def is_premium(number: str) -> bool:
    """Whether somebody earns by each call or text to it, whatever country it is in."""
    kind = phonenumbers.number_type(phonenumbers.parse(number))
    return kind in (phonenumbers.PhoneNumberType.PREMIUM_RATE, phonenumbers.PhoneNumberType.SHARED_COST)


def lets_in(number: str, countries: Collection[str]) -> bool:
    """Whether codes go to this number: only to countries that the operator has named, so at first to none."""
    return place_of(number).country in countries and not is_premium(number)


def usable(addresses: Collection[str], wanted: Sequence[str], served: Collection[str]) -> list[str]:
    """Of somebody's channels those that are wanted and served, in the order of trying."""
    order = wanted or [str(channel) for channel in USUAL]
    return [one for one in dict.fromkeys(order) if one in served and one in addresses]
