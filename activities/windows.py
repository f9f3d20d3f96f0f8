"""What the rule of the day after a person wrote looks at: when they did, and which copies of our words are approved."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from domain.addresses import fingerprint
from domain.contact import windows
from domain.delivery import ChannelName, Decision, Endpoint, Verdict
from domain.templates import Templates
from models import inbound

Copies = Callable[[tuple[str, str]], str | None]  # the provider's id by template and locale


def no_copies(words: tuple[str, str]) -> None:
    """Where nothing is approved."""


@dataclass(frozen=True, slots=True)
class Windows:
    """One per worker."""

    templates: Templates
    copies: Copies

    def narrow(
        self,
        session: Session,
        decisions: Sequence[Decision],
        endpoints: Sequence[Endpoint],
        words: tuple[str, str],
        now: datetime,
    ) -> list[Decision]:
        """The decisions as the windows leave them, on a template (the first of `words`) for somebody's locale.

        Without a template (""), as for a message that is free text already, no copy is looked for.
        """
        usable = {one.channel for one in decisions if one.verdict is Verdict.ALLOWED} & windows.WINDOWED
        if not usable:
            return list(decisions)
        marks = {one.channel: fingerprint(one.channel, one.address) for one in endpoints if one.channel in usable}
        last = inbound.last_heard(session, marks.values())
        heard = {channel: last[mark] for channel, mark in marks.items() if mark in last}
        return windows.narrow(decisions, heard, self._copies(*words), now)

    def _copies(self, template: str, locale: str) -> dict[str, str]:
        """Only WhatsApp approves words, in the locale in which the person would get them."""
        channel = ChannelName.WHATSAPP
        there = self.templates.locale(template, channel, locale) if template else None
        copy = self.copies((template, there)) if there else None
        return {channel: copy} if copy else {}
