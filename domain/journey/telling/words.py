"""Names, durations and values as a person reads them: "first use", "24 hours", "a, b or c"."""

import re
from collections.abc import Iterable, Sequence
from datetime import timedelta

UNITS = {
    "day": timedelta(days=1),
    "hour": timedelta(hours=1),
    "minute": timedelta(minutes=1),
    "second": timedelta(seconds=1),
}
ONE_DAY = "24 hours"  # a day of a journey file is no calendar day
CHANNELS = {
    "sms": "SMS",
    "whatsapp": "WhatsApp",
    "email": "e-mail",
    "voice": "phone call",
    "messenger": "Messenger",
    "push": "push notification",
    "in_app": "message in the app",
}  # others read well as they are
WEEKDAYS = {
    "mon": "Monday",
    "tue": "Tuesday",
    "wed": "Wednesday",
    "thu": "Thursday",
    "fri": "Friday",
    "sat": "Saturday",
    "sun": "Sunday",
}
MOST_NAMED = 2  # names in a title: "Upgraded or support requested?"; more of them stand elsewhere
SEPARATOR = re.compile(r"(?<=[^\W_])[_-]+(?=[^\W_])")
MISREAD = {"true", "false", "known", "unknown"}


def name_in_words(name: str) -> str:
    """`first_use` as "first use"."""
    return SEPARATOR.sub(" ", name)


def capitalised(text: str) -> str:
    """With its first letter large, and the others as they were."""
    return text[:1].upper() + text[1:]


def duration_in_words(duration: timedelta) -> str:
    """In the largest unit that is exact: 7 days, 24 hours, 90 minutes."""
    if duration == UNITS["day"]:
        return ONE_DAY
    unit, size = next((unit, size) for unit, size in UNITS.items() if not duration % size)
    return counted(duration // size, unit)


def counted(number: int, noun: str) -> str:
    """`1 day`, `2 days`"""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def channels_in_words(channels: Sequence[str] | None) -> str:
    """In the order in which they are tried."""
    if channels is None:
        return "on the preferred channel"
    return "by " + ", then ".join(CHANNELS.get(channel, channel) for channel in channels)


def listed(words: Iterable[str], conjunction: str) -> str:
    """`a, b or c`"""
    *others, last = words
    return f"{', '.join(others)} {conjunction} {last}" if others else last


def named(names: Iterable[str], conjunction: str, otherwise: str) -> str:
    """The names in words if there are few of them."""
    known = list(dict.fromkeys(map(name_in_words, names)))
    return listed(known, conjunction) if 1 <= len(known) <= MOST_NAMED else otherwise


def value_in_words(value: str | float | bool | None) -> str:
    """As a journey file would write it: text that could be taken for something else stands in quotes."""
    if value is None:
        return "unknown"
    if isinstance(value, str):
        return value if _is_a_word(value) else f'"{value}"'
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if abs(value) < 1e6 else f"{value:.16g}"


def _is_a_word(text: str) -> bool:
    return text.replace("_", "").replace("-", "").isalpha() and text not in MISREAD
