"""Who and where: opaque user ids, and contact points that a provider would accept. Errors never repeat an address."""

import re
from datetime import tzinfo
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

import phonenumbers
from babel import Locale, UnknownLocaleError
from babel.core import get_global
from email_validator import EmailNotValidError, validate_email

from domain.errors import BadInput
from domain.shown import shown

USER_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:|~=-]{0,127}")
DIALLED = re.compile(r"((?:tel|sms|phone|whatsapp):\+?|\+|\(|00(?=[1-9]))?([\d\s().+/-]+)")
PHONE = re.compile(r"[\u200e\u202a]?[+＋][\d\s().‐-―/-]+\u202c?")  # with the marks that contact lists put around it
MESSENGER = re.compile(r"[0-9]{5,32}")
LOCALE = re.compile(r"(?!und)[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")
SLUG = re.compile(r"[a-z][a-z0-9_-]{0,63}")
NOT_PLACES = {"Factory", "localtime", "posixrules"}  # files in some systems' zone folders


def check_user_id(user_id: str) -> str:
    """Return the id if it is opaque; it stands in workflow ids and logs, so it must not be personal data.

    Raises BadInput if it looks like an e-mail address or a phone number, or cannot stand in a workflow id.
    """
    if "@" in user_id:
        raise BadInput(f"user id {mask(user_id)} looks like an e-mail address; use your own opaque id, such as a UUID")
    if _like_a_phone_number(user_id):
        raise BadInput(f"user id {mask(user_id)} looks like a phone number; use your own opaque id, such as user-1234")
    if not USER_ID.fullmatch(user_id):
        allowed = "1-128 letters, digits or . _ : | ~ = -, starting with a letter or digit"
        raise BadInput(f"user id {mask(user_id)} must be {allowed}")
    return user_id


def _like_a_phone_number(user_id: str) -> bool:
    """Ten to fifteen digits (E.164 allows fifteen), or seven and more after a plus or the like, and nothing else.

    1234567 is a row's number and 175928847299117063 a snowflake id; 5511987654321 and 11-98765-4321 are phones.
    """
    match = DIALLED.fullmatch(user_id)
    digits = sum(character.isdigit() for character in match[2]) if match else 0
    return match is not None and (7 if match[1] else 10) <= digits <= 15


def mask(value: str) -> str:
    """Enough of a value to recognise one's own mistake, too little to identify a person."""
    start = value[:2] if len(value) > 4 and value[:2].isprintable() else ""
    return f"{start}…({len(value)} characters)"


def check_phone(number: str) -> str:
    """Return the number in E.164, such as +5511987654321. Raises BadInput for a number that cannot exist."""
    try:
        parsed = phonenumbers.parse(number) if PHONE.fullmatch(number) else None
    except phonenumbers.NumberParseException:
        parsed = None
    if parsed is None:
        raise BadInput(f"phone {mask(number)} is not in international format, such as +5511987654321")
    if phonenumbers.is_possible_number_with_reason(parsed) != phonenumbers.ValidationResult.IS_POSSIBLE:
        raise BadInput(f"phone {mask(number)} has the wrong number of digits for +{parsed.country_code}")
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def check_email(address: str) -> str:
    """Return the address in the form that every mail server takes; a domain of other letters becomes xn--....

    Raises BadInput if no mail could reach it by its syntax (RFC 5322), or only by servers that know SMTPUTF8.
    """
    try:
        valid = validate_email(
            address, check_deliverability=False, test_environment=True, strict=True, allow_smtputf8=False
        )
    except EmailNotValidError as error:
        raise BadInput(f"e-mail {mask(address)} is not valid: {error}") from error
    return valid.ascii_email or valid.normalized


def check_messenger(page_scoped: str) -> str:
    """Return the id by which one Facebook page knows a person. Raises BadInput for anything else."""
    if not MESSENGER.fullmatch(page_scoped):
        raise BadInput(f"messenger {mask(page_scoped)} is no page-scoped id; it is 5 to 32 digits, as webhooks tell it")
    return page_scoped


def check_contact(kind: str, value: str) -> str:
    """A contact in its one form, by its name in a profile. Raises BadInput."""
    return {"email": check_email, "phone": check_phone, "messenger": check_messenger}[kind](value)


def check_locale(tag: str) -> str:
    """Return the locale as a BCP 47 tag, such as pt-BR. Raises BadInput for one that CLDR does not know."""
    try:
        if not LOCALE.fullmatch(tag):
            raise ValueError(tag)
        return str(Locale.parse(tag.replace("_", "-"), sep="-")).replace("_", "-")
    except (UnknownLocaleError, ValueError) as error:
        raise BadInput(f"locale {shown(tag)} is not known; use a tag such as en, pt-BR or tr") from error


def with_country(locale: str) -> str:
    """The locale with a country, which is that of most people who speak it if it names none.

    >>> with_country("pt"), with_country("hi"), with_country("es-MX")
    ('pt-BR', 'hi-IN', 'es-MX')
    """
    language, _, rest = locale.partition("-")
    return (
        locale if rest else f"{language}-{get_global('likely_subtags').get(language, language).split('_')[-1].upper()}"
    )


def check_zone(name: str) -> str:
    """Return the IANA zone's name. Raises BadInput for an unknown one."""
    zone(name)
    return name


def zone(name: str) -> tzinfo:
    """The time zone of an IANA name, such as America/Sao_Paulo."""
    if name not in _zones():
        raise BadInput(f"time zone {shown(name)} is not known; use an IANA name such as America/Sao_Paulo")
    return ZoneInfo(name)


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones() - NOT_PLACES)
