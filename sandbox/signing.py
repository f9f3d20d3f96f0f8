"""Signatures as the providers make them, and the key pair for those of SendGrid."""

import base64
import hashlib
import hmac
import os
from collections.abc import Mapping
from pathlib import Path

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

TWILIO = "X-Twilio-Signature"
SENDGRID = "X-Twilio-Email-Event-Webhook-Signature"
SENDGRID_TIME = "X-Twilio-Email-Event-Webhook-Timestamp"


def of_twilio(token: str, url: str, form: Mapping[str, str]) -> dict[str, str]:
    """HMAC-SHA1 by the auth token over the URL and the sorted parameters."""
    signed = url + "".join(f"{name}{form[name]}" for name in sorted(form))
    digest = hmac.new(token.encode(), signed.encode(), hashlib.sha1).digest()
    return {TWILIO: base64.b64encode(digest).decode()}


class SendGridKey:
    """The key pair of an account at SendGrid: made once, beside the messages, so that it outlives the process."""

    def __init__(self, private: ec.EllipticCurvePrivateKey) -> None:
        self._private = private

    @classmethod
    def beside(cls, state: Path) -> "SendGridKey":
        """That of a sandbox with its messages in this file: `.key` holds it, `.pub` what its customer needs to know."""
        file = state.with_suffix(".key")
        if not file.exists():
            made = ec.generate_private_key(ec.SECP256R1())
            plain = serialization.NoEncryption()
            pem = made.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
            with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
                out.write(pem)
        private = serialization.load_pem_private_key(file.read_bytes(), None)
        if not isinstance(private, ec.EllipticCurvePrivateKey):
            raise ValueError(f"{file} holds no key of an elliptic curve; delete it, and a new one is made")
        key = cls(private)
        state.with_suffix(".pub").write_text(f"{key.public}\n", encoding="ascii")
        return key

    @classmethod
    def made_up(cls) -> "SendGridKey":
        """Somebody else's."""
        return cls(ec.generate_private_key(ec.SECP256R1()))

    @property
    def public(self) -> str:
        """As SendGrid shows it to its customer: DER in base64."""
        form = serialization.PublicFormat.SubjectPublicKeyInfo
        return base64.b64encode(self._private.public_key().public_bytes(serialization.Encoding.DER, form)).decode()

    def sign(self, body: bytes, now: float) -> dict[str, str]:
        """ECDSA over the time and the very bytes of the body."""
        time = str(int(now))
        signature = self._private.sign(time.encode() + body, ec.ECDSA(hashes.SHA256()))
        return {SENDGRID: base64.b64encode(signature).decode(), SENDGRID_TIME: time}
