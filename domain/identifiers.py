"""Who and where: opaque user ids, and contact points that a provider would accept."""

import re
from datetime import tzinfo
from zoneinfo import ZoneInfo

import phonenumbers
from babel import Locale, UnknownLocaleError
from email_validator import EmailNotValidError, validate_email

from domain.errors import BadInput

USER_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:|~=-]{0,127}")
# Ten to fifteen bare digits, or digits with a plus or phone punctuation, read as a phone number (E.164 allows
# fifteen). Shorter runs are row numbers and longer ones are snowflake ids, both fine.
PHONE_LIKE = re.compile(r"\d{10,15}|(?:\+|\(|00)[\d\s().-]{6,}|\d{2,4}(?:[-.]\d{2,4}){2,}")
SLUG = re.compile(r"[a-z][a-z0-9_-]{0,63}")


def check_user_id(user_id: str) -> str:
    """Return the id if it is opaque; it stands in workflow ids and logs, so it must not be personal data.

    Raises BadInput if it looks like an e-mail address or a phone number, or cannot stand in a workflow id.
    """
    if "@" in user_id:
        raise BadInput(f"user id {mask(user_id)} looks like an e-mail address; use your own opaque id, such as a UUID")
    if PHONE_LIKE.fullmatch(user_id):
        raise BadInput(f"user id {mask(user_id)} looks like a phone number; use your own opaque id, such as user-1234")
    if not USER_ID.fullmatch(user_id):
        allowed = "1-128 letters, digits or . _ : | ~ = -, starting with a letter or digit"
        raise BadInput(f"user id {user_id[:40]!r} must be {allowed}")
    return user_id


def mask(value: str) -> str:
    """Enough of a value to recognise one's own mistake, too little to identify a person."""
    return f"{value[:2]}…({len(value)} characters)"


def check_phone(number: str) -> str:
    """Return the number in E.164, such as +5511987654321. Raises BadInput for a number that cannot exist."""
    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException as error:
        raise BadInput(f"phone {mask(number)} is not in international format, such as +5511987654321") from error
    if not phonenumbers.is_possible_number(parsed):
        raise BadInput(f"phone {mask(number)} has the wrong number of digits for +{parsed.country_code}")
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def check_email(address: str) -> str:
    """Return the address in normal form. Raises BadInput if no mail could reach it by its syntax (RFC 5322)."""
    try:
        return validate_email(address, check_deliverability=False, test_environment=True).normalized
    except EmailNotValidError as error:
        raise BadInput(f"e-mail {mask(address)} is not valid: {error}") from error


def check_locale(tag: str) -> str:
    """Return the locale as a BCP 47 tag, such as pt-BR. Raises BadInput for one that CLDR does not know."""
    try:
        return str(Locale.parse(tag.replace("_", "-"), sep="-")).replace("_", "-")
    except (UnknownLocaleError, ValueError, TypeError) as error:
        raise BadInput(f"locale {tag!r} is not known; use a tag such as en, pt-BR or tr") from error


def check_zone(name: str) -> str:
    """Return the IANA zone's name. Raises BadInput for an unknown one."""
    zone(name)
    return name


def zone(name: str) -> tzinfo:
    """The time zone of an IANA name, such as America/Sao_Paulo."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise BadInput(f"time zone {name!r} is not known; use an IANA name such as America/Sao_Paulo") from error
