"""The short links of a deployment: which messages have them, and how each is called."""

import hmac
from collections.abc import Collection
from dataclasses import dataclass, field
from string import ascii_letters, digits

from domain.links.rewriting import is_web
from domain.links.scope import Scope

LETTERS = digits + ascii_letters
# 62 to the 12th: nobody hits upon one by trying, and with a billion of them the chance that any two are the same is one
# in six thousand. With ten letters two would meet more likely than not.
ID_LENGTH = 12
PATH = "l"
OUR_PAGES = ("u", "p", "v", PATH)  # to unsubscribe, to choose, to confirm, and these


@dataclass(frozen=True, slots=True)
class Shortener:
    """`base` is what short links begin with; links to pages of ours under `pages` stay as they are."""

    base: str
    key: bytes
    scope: Scope = Scope.MARKETING
    pages: Collection[str] = ()

    def covers(self, *, transactional: bool) -> bool:
        """Whether such messages have short links."""
        return self.scope is Scope.ALL or (self.scope is Scope.MARKETING and not transactional)

    def id(self, message: str, position: int) -> str:
        """The same each time, and nobody's to guess."""
        number = int.from_bytes(hmac.digest(self.key, f"{message}/{position}".encode(), "sha256"))
        return "".join(LETTERS[number // len(LETTERS) ** place % len(LETTERS)] for place in range(ID_LENGTH))

    def url(self, link: str) -> str:
        """What stands in the message."""
        return f"{self.base.rstrip('/')}/{PATH}/{link}"

    def is_ours(self, address: str) -> bool:
        """Whether it leads to a page of ours already."""
        bases = {self.base, *self.pages}
        return address.startswith(tuple(f"{base.rstrip('/')}/{page}/" for base in bases for page in OUR_PAGES))


@dataclass(slots=True)
class Numbering:
    """The links of one message, as they are found: the same address has the same short link."""

    shortener: Shortener
    message: str
    untracked: Collection[str] = ()
    found: dict[str, str] = field(default_factory=dict)  # id by address, in the order of their numbers

    def __call__(self, address: str) -> str | None:
        """What stands in its place, None if it stays."""
        if not is_web(address) or address in self.untracked or self.shortener.is_ours(address):
            return None
        link = self.found.get(address)
        if link is None:
            link = self.found[address] = self.shortener.id(self.message, len(self.found) + 1)
        return self.shortener.url(link)
