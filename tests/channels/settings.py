"""Settings for the registry, chosen by a test instead of the environment."""

from dataclasses import dataclass

from pydantic import SecretStr


@dataclass(frozen=True, slots=True)
class Chosen:
    """Only what the test names is set."""

    sandbox_url: str | None = None
    twilio_account_sid: str | None = None
    twilio_auth_token: SecretStr | None = None
    sendgrid_api_key: SecretStr | None = None
    sms_from: str | None = None
    whatsapp_from: str | None = None
    voice_from: str | None = None
    email_from: str | None = None
    public_url: str | None = None
