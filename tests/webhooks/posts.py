"""Posts as providers make them, signed with their own helpers."""

import base64
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from twilio.request_validator import RequestValidator

PUBLIC = "https://homing.example.com/hooks"
TOKEN = "an-auth-token"
FORM = "application/x-www-form-urlencoded"
MESSAGE_ID = "0123456789abcdef0123456789abcdef"
SID = "SM00000000000000000000000000000001"
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)

Pairs = list[tuple[str, str]]


def twilio_signature(target: str, pairs: Pairs, token: str = TOKEN, public: str = PUBLIC) -> str:
    """What Twilio puts into X-Twilio-Signature."""
    return str(RequestValidator(token).compute_signature(public + target, dict(pairs)))


def encoded(pairs: Pairs) -> bytes:
    """A form's body."""
    return urlencode(pairs).encode()


@dataclass(frozen=True, slots=True)
class SendGridKey:
    """SendGrid's side of a signed event webhook."""

    private: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    @property
    def public(self) -> str:
        """As SendGrid's page shows it: base64 without armour."""
        der = self.private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return base64.b64encode(der).decode()

    def headers(self, body: bytes, at: datetime) -> dict[str, str]:
        """What goes with a body that is sent at that time."""
        timestamp = str(int(at.timestamp()))
        signature = self.private.sign(timestamp.encode() + body, ec.ECDSA(hashes.SHA256()))
        return {
            "X-Twilio-Email-Event-Webhook-Signature": base64.b64encode(signature).decode(),
            "X-Twilio-Email-Event-Webhook-Timestamp": timestamp,
        }


def sendgrid_event(kind: str, **more: Any) -> dict[str, Any]:
    """One of SendGrid's events about our message."""
    return {
        "event": kind,
        "email": "alice@example.com",
        "timestamp": int(NOW.timestamp()),
        "sg_event_id": f"{kind}-1",
        "sg_message_id": "14c5d75ce93.dfd.64b469.filter0001.16648.5515E0B88.0",
        "message_id": MESSAGE_ID,
        **more,
    }


def sendgrid_body(*events: dict[str, Any]) -> bytes:
    """Events as SendGrid posts them."""
    return json.dumps(list(events)).encode()
