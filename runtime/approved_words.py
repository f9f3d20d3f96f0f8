"""Which copies of our WhatsApp texts are approved, by the file that HOMING_WHATSAPP_TEMPLATES names."""

from collections.abc import Callable, Collection
from pathlib import Path

import structlog

from domain.delivery import ChannelName
from domain.errors import Misconfigured
from domain.templates import Templates
from domain.templates.approved import derived, read_approved

log = structlog.get_logger()

VARIABLE = "HOMING_WHATSAPP_TEMPLATES"
MOST_NAMED = 5  # in a line for people
Copies = Callable[[tuple[str, str]], str | None]


def read_copies(file: Path | None, sandbox_url: str | None = None) -> Copies:
    """The provider's id by template and locale. The sandbox approves of everything, unless there is a file.

    Raises Misconfigured for a file that cannot be read, BadInput for one that is wrong.
    """
    if file is None:
        return (lambda words: derived(*words)) if sandbox_url else lambda words: None
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Misconfigured(f"{VARIABLE}: {file} cannot be read ({type(error).__name__})") from None
    return read_approved(text, str(file)).get


def unapproved(templates: Templates, copies: Copies) -> list[str]:
    """The WhatsApp texts, as template/locale, that reach only people who have written within a day."""
    channel = ChannelName.WHATSAPP
    texts = [(name, locale) for name in templates.names() for locale in templates.locales(name, channel)]
    return ["/".join(words) for words in texts if copies(words) is None]


def told(templates: Templates, copies: Copies) -> str | None:
    """How many reach only people who wrote within a day, and which; None if all reach everybody."""
    missing = unapproved(templates, copies)
    if not missing:
        return None
    which = ", ".join(missing[:MOST_NAMED]) + (" ..." if len(missing) > MOST_NAMED else "")
    return f"{len(missing)} WhatsApp texts reach only people who wrote within a day; {VARIABLE} lacks {which}"


def check_copies(templates: Templates, channels: Collection[str], copies: Copies) -> None:
    """Warn of texts that would not reach most people."""
    missing = unapproved(templates, copies) if ChannelName.WHATSAPP in channels else []
    if missing:
        effect = "outside of a day after the person wrote, these go by the next channel"
        log.warning("whatsapp.unapproved", templates=missing, effect=effect, set=VARIABLE)
