"""The key by which push services know us (VAPID, RFC 8292), as settings and browsers write it."""

import base64
import binascii

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from domain.errors import BadInput

CURVE = ec.SECP256R1()
SECRET_BYTES = 32
HOW = "give a private key of the curve P-256 as `starter.py keys push` makes it, or as PEM"


def new_key() -> str:
    """A private key."""
    return _written(ec.generate_private_key(CURVE))


def read_key(text: str) -> str:
    """A private key in base64url, also if it was given as PEM. Raises BadInput."""
    plain = text.strip().replace("\\n", "\n")
    try:
        return _written(_of_pem(plain) if plain.startswith("-----BEGIN") else _of_secret(plain))
    except (ValueError, TypeError, binascii.Error, UnsupportedAlgorithm):
        # Not chained: the error may hold a part of the key.
        raise BadInput(HOW) from None


def public_key(private_key: str) -> str:
    """What browsers are given of it, and what they call the applicationServerKey."""
    point = _of_secret(private_key).public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return _text(point)


def _of_pem(text: str) -> ec.EllipticCurvePrivateKey:
    found = load_pem_private_key(text.encode(), password=None)
    if not isinstance(found, ec.EllipticCurvePrivateKey) or found.curve.name != CURVE.name:
        raise ValueError("another kind of key")
    return found


def _of_secret(text: str) -> ec.EllipticCurvePrivateKey:
    plain = text.rstrip("=")
    raw = base64.b64decode(plain + "=" * (-len(plain) % 4), altchars=b"-_", validate=True)
    if len(raw) != SECRET_BYTES:
        raise ValueError("another length")
    return ec.derive_private_key(int.from_bytes(raw), CURVE)


def _written(key: ec.EllipticCurvePrivateKey) -> str:
    return _text(key.private_numbers().private_value.to_bytes(SECRET_BYTES))


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
