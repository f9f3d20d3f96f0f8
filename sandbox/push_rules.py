"""What a push service looks at before it takes a push: its headers (RFC 8030) and who it is from (RFC 8292)."""

import json
import re
import time
from collections.abc import Mapping

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.hashes import SHA256

from sandbox.browsers import Browser, decoded

MOST_BYTES = 4096
DAY_S = 24 * 60 * 60
TOPIC = re.compile(r"[A-Za-z0-9_-]{1,32}")
URGENCIES = {"very-low", "low", "normal", "high"}
AUTHORIZATION = re.compile(r"vapid t=([\w-]+\.[\w-]+)\.([\w-]+), ?k=([\w-]+)=*", re.IGNORECASE)

Refusal = tuple[int, str]


def refusal(headers: Mapping[str, str], body: bytes, browser: Browser | None, origin: str) -> Refusal | None:
    """Why a push is not taken, None if it is."""
    if browser is None or browser.gone:
        return 410, "this subscription is gone"
    return _of_headers(headers, body) or _of_sender(headers.get("authorization", ""), browser, origin)


def _of_headers(headers: Mapping[str, str], body: bytes) -> Refusal | None:
    if len(body) > MOST_BYTES:
        return 413, f"a push has at most {MOST_BYTES} bytes"
    if not headers.get("ttl", "").isdecimal():
        return 400, "TTL is missing"
    if headers.get("content-encoding") != "aes128gcm":
        return 400, "Content-Encoding must be aes128gcm"
    if (topic := headers.get("topic")) is not None and not TOPIC.fullmatch(topic):
        return 400, "Topic has at most 32 letters of base64url"
    if headers.get("urgency", "normal") not in URGENCIES:
        return 400, "there is no such Urgency"
    return None


def _of_sender(authorization: str, browser: Browser, origin: str) -> Refusal | None:
    found = AUTHORIZATION.fullmatch(authorization)
    if not found:
        return 401, "send Authorization: vapid t=...,k=..."
    signed, signature, key = found.groups()
    if key != browser.server_key:
        return 403, "the browser was subscribed with another key"
    if not _genuine(signed, signature, key):
        return 401, "the token is not signed with that key"
    return _of_claims(signed, origin)


def _of_claims(signed: str, origin: str) -> Refusal | None:
    header, claims = (json.loads(decoded(part)) for part in signed.split("."))
    if header.get("alg") != "ES256":
        return 401, "the token is not signed by ES256"
    if claims.get("aud") != origin:
        return 401, f"aud must be {origin}"
    if not 0 < claims.get("exp", 0) - time.time() <= DAY_S:
        return 401, "exp must be within a day"
    if not str(claims.get("sub", "")).startswith(("mailto:", "https:")):
        return 401, "sub must say whom to complain to"
    return None


def _genuine(signed: str, signature: str, key: str) -> bool:
    raw = decoded(signature)
    if len(raw) != 64:
        return False
    try:
        public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), decoded(key))
        written = utils.encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
        public.verify(written, signed.encode(), ec.ECDSA(SHA256()))
    except (InvalidSignature, ValueError):
        return False
    return True
