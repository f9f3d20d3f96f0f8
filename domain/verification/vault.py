"""The keys of one-time codes in one place: what seals their secrets, hashes the codes and signs their links."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from domain.verification import codes, links
from domain.verification.links import Token


@dataclass(frozen=True, slots=True)
class Vault:
    """The first key of each kind is used, and every one is accepted: so keys can be changed while codes are out."""

    seal: Callable[[str], str]
    opened: Callable[[str], str]
    hash_keys: tuple[bytes, ...]
    link_keys: tuple[bytes, ...]

    def __repr__(self) -> str:
        return f"Vault({len(self.hash_keys)} keys)"

    def code(self, sealed: str, counter: int) -> str:
        """The code of a sealed secret. Raises BadInput if no key opens it."""
        return codes.code_of(self.opened(sealed), counter)

    def hash_of(self, verification: str, sealed: str, counter: int) -> str:
        """What is kept of that code."""
        return codes.hash_of(self.code(sealed, counter), verification, self.hash_keys[0])

    def which(self, code: str, verification: str, hashes: Mapping[str, str]) -> str | None:
        """The contact point that this code went to, None if it is wrong."""
        return codes.which(code, verification, hashes, self.hash_keys)

    def token(self, verification: str, contact: str, expires: datetime, purpose: str) -> str:
        """The token of a link."""
        return links.write(verification, contact, expires, purpose, self.link_keys[0])

    def is_genuine(self, token: Token, purpose: str) -> bool:
        """Whether we signed this token for this purpose."""
        return links.is_genuine(token, purpose, self.link_keys)
