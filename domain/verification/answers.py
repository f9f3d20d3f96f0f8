"""A journey's wish to have a contact point confirmed, and what comes of it."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.verification.contacts import Contact

ID_DIGITS = 32


class Answer(StrEnum):
    """Of the step that asks, before anybody has typed anything."""

    ASKED = "asked"  # a code is on its way
    KNOWN = "known"  # the person has confirmed it before
    OUT_OF_REACH = "out_of_reach"  # no code can go there; the decisions hold the reasons


@dataclass(frozen=True, slots=True)
class Wish:
    """A step, in a pass, wants this contact point of the person confirmed. `now` is journey time."""

    user: str
    contact: Contact
    via: tuple[str, ...]
    link: bool
    enrollment: str
    step: str
    pass_number: int
    now: datetime

    @property
    def verification(self) -> str:
        """The id of its verification, the same in every attempt."""
        key = f"{self.enrollment}\n{self.step}\n{self.pass_number}"
        return hashlib.sha256(key.encode()).hexdigest()[:ID_DIGITS]

    @property
    def purpose(self) -> str:
        """The purpose of its verification: a newer one for the same contact point takes its place."""
        return purpose_of(self.contact)


def purpose_of(contact: Contact) -> str:
    """The purpose of codes that journeys ask for.

    >>> purpose_of(Contact.PHONE)
    'verify-phone'
    """
    return f"verify-{contact}"
