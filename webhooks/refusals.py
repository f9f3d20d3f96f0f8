"""Why something that was posted to us is not taken."""

from domain.errors import BadInput, HomingError


class Forged(HomingError):
    """It cannot be shown that the provider sent this."""


class Garbled(BadInput):
    """The provider sent it, and it is not what it is documented to be."""
