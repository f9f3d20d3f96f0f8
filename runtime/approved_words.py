"""Which copies of our WhatsApp texts are approved, by the file that HOMING_WHATSAPP_TEMPLATES names."""

from collections.abc import Callable, Collection

import structlog

from domain.delivery import ChannelName
from domain.errors import Misconfigured
from domain.templates import Templates
from domain.templates.approved import derived, read_approved
from runtime.settings import Settings

log = structlog.get_logger()

VARIABLE = "HOMING_WHATSAPP_TEMPLATES"
Copies = Callable[[tuple[str, str]], str | None]


def read_copies(config: Settings) -> Copies:
    """The provider's id by template and locale. The sandbox approves of everything, unless there is a file.

    Raises Misconfigured for a file that cannot be read, BadInput for one that is wrong.
    """
    if config.whatsapp_templates is None:
        return (lambda words: derived(*words)) if config.sandbox_url else lambda words: None
    try:
        text = config.whatsapp_templates.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Misconfigured(
            f"{VARIABLE}: {config.whatsapp_templates} cannot be read ({type(error).__name__})"
        ) from None
    return read_approved(text, str(config.whatsapp_templates)).get


def unapproved(templates: Templates, copies: Copies) -> list[str]:
    """The WhatsApp texts, as template/locale, that reach only people who have written within a day."""
    channel = ChannelName.WHATSAPP
    texts = [(name, locale) for name in templates.names() for locale in templates.locales(name, channel)]
    return ["/".join(words) for words in texts if copies(words) is None]


def check_copies(templates: Templates, channels: Collection[str], copies: Copies) -> None:
    """Warn of texts that would not reach most people."""
    missing = unapproved(templates, copies) if ChannelName.WHATSAPP in channels else []
    if missing:
        effect = "outside of a day after the person wrote, these go by the next channel"
        log.warning("whatsapp.unapproved", templates=missing, effect=effect, set=VARIABLE)
