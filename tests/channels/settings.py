"""Settings for the registry, chosen by a test instead of the environment."""

from typing import Any


class Chosen:
    """Only what the test names is set."""

    def __init__(self, *, sandbox_url: str | None = None, public_url: str | None = None, **others: Any) -> None:
        self.sandbox_url = sandbox_url
        self.public_url = public_url
        self._others = others

    def __getattr__(self, name: str) -> Any:
        """Everything else is unset."""
        return self._others.get(name)
