"""Settings that are more than a word or a number: lists, little languages, keys."""

from collections.abc import Callable
from typing import Annotated, Any

from pydantic import AfterValidator, AliasChoices, BeforeValidator, Field, SecretStr
from pydantic_settings import NoDecode


def known_as(name: str) -> Any:
    """A setting known by the provider's own variable name, without our prefix."""
    return AliasChoices(name, name.lower())


def listed(check: str) -> Any:
    """A setting of several words, divided by commas, each checked by a function of `domain.verification.contacts`."""

    def read(given: Any) -> Any:
        from domain.verification import contacts  # knows all phone numbers there are, which every start need not

        words = [word.strip() for word in given.split(",")] if isinstance(given, str) else given
        return [getattr(contacts, check)(word) for word in words if word]

    return BeforeValidator(read)


def checked_by(read: Callable[[str], Any]) -> Any:
    """A setting with a little language of its own, checked by what reads it."""

    def check(given: str) -> str:
        read(given)
        return given

    return AfterValidator(check)


def _key(given: Any) -> Any:
    """A private key for web push, also as PEM; nothing is no key."""
    from runtime.vapid import read_key  # with all of its cryptography, which every start need not

    return (read_key(given) if given.strip() else None) if isinstance(given, str) else given


Countries = Annotated[frozenset[str], NoDecode, listed("check_country")]
MaybeChannels = Annotated[tuple[str, ...], NoDecode, listed("check_channel")]
Channels = Annotated[MaybeChannels, Field(min_length=1)]
PushKey = Annotated[SecretStr | None, BeforeValidator(_key)]
