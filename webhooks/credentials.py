"""With which secret webhooks are verified when the providers are the sandbox."""

from channels.registry import DEMO


def twilio_token(given: str | None, sandbox_url: str | None) -> str | None:
    """The account's auth token; that of a sandbox whom nobody told otherwise, as the channels have it."""
    return given or (DEMO["TWILIO_AUTH_TOKEN"] if sandbox_url else None)
