"""What people write to us is kept sealed: with a ring of keys, of which the first seals and every one opens.

To change keys, put a new one first; drop an old one when nothing is kept any more that it sealed.
"""

from collections.abc import Callable

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from domain.errors import BadInput, Misconfigured

HOW = "give Fernet keys, divided by commas, the newest first; `openssl rand -base64 32 | tr +/ -_` makes one"


class Seals:
    """A ring of keys. Without any, nothing can be sealed, and so nothing is kept."""

    def __init__(self, keys: str | None) -> None:
        """`keys` as in HOMING_ENCRYPTION_KEYS. Raises Misconfigured for what is no key."""
        given = [key.strip() for key in (keys or "").split(",") if key.strip()]
        try:
            self._ring = MultiFernet([Fernet(key) for key in given]) if given else None
        except ValueError:
            # Not chained: the error may hold a part of the key.
            raise Misconfigured(f"HOMING_ENCRYPTION_KEYS: {HOW}") from None

    @property
    def can_seal(self) -> bool:
        """Whether there is a key."""
        return self._ring is not None

    def seal(self, text: str) -> str | None:
        """The text as nobody can read it without a key; None without one."""
        return self._ring.encrypt(text.encode(errors="replace")).decode() if self._ring else None

    def opened(self, sealed: str) -> str:
        """The text again. Raises BadInput if none of the keys fits."""
        return self._used(sealed, MultiFernet.decrypt)

    def renewed(self, sealed: str) -> str:
        """The same text, sealed with the first key. Raises BadInput if none of the keys fits."""
        return self._used(sealed, MultiFernet.rotate)

    def _used(self, sealed: str, use: Callable[[MultiFernet, bytes], bytes]) -> str:
        try:
            if self._ring:
                return use(self._ring, sealed.encode()).decode()
        except InvalidToken:
            pass
        raise BadInput("none of HOMING_ENCRYPTION_KEYS opens this; add the key that was in use when it was kept")


def new_key() -> str:
    """A key of its own."""
    return Fernet.generate_key().decode()
