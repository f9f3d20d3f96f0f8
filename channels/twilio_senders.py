"""What a sender at Twilio looks like, by channel. Whether it is one of the account, only Twilio knows."""

import re

from domain.errors import Misconfigured

NUMBER, SERVICE = r"\+[1-9][0-9]{6,14}", "MG[0-9a-fA-F]{32}"
NAME = "(?=.*[A-Za-z])[A-Za-z0-9 +&_-]{1,11}"  # shown in place of a number, where the country lets it be
FORMS = {
    "sms": (f"{NUMBER}|[0-9]{{3,8}}|{NAME}|{SERVICE}", "a number such as +14155550123, a short code, a name or MG..."),
    "whatsapp": (f"(whatsapp:)?{NUMBER}|{SERVICE}", "a number such as +14155550123, or MG..."),
    "messenger": (f"(messenger:)?[0-9]{{5,32}}|{SERVICE}", "the id of a page, which is digits, or MG..."),
    "voice": (NUMBER, "a number such as +14155550123"),
}


def check_sender(channel: str, sender: str) -> str:
    """The sender. Raises Misconfigured for one from which each message would be refused, and held."""
    form, words = FORMS[channel]
    if not re.fullmatch(form, sender):
        raise Misconfigured(f"HOMING_{channel.upper()}_FROM must be {words}")
    return sender
