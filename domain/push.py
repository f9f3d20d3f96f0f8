"""Web push, as far as it needs no network: whose endpoints may be called, and what a browser's subscription holds.

Subscriptions come from browsers by way of the public API, so an endpoint is a URL that a stranger has chosen: only
the push services of browsers are called, and those that the operator names.
"""

import base64
import binascii
import re
from dataclasses import dataclass
from hashlib import sha256

from domain.errors import BadInput

# Of Chrome and its kin, Firefox, Safari, Edge on Windows.
KNOWN_HOSTS = (
    *("fcm.googleapis.com", "*.push.services.mozilla.com"),
    *("*.push.apple.com", "*.notify.windows.com"),
)
# Nothing but a plain host stands between the scheme and the path: no credentials, no other port, no second reading.
ENDPOINT = re.compile(r"https://([a-z0-9-]+(?:\.[a-z0-9-]+)+)(?::443)?(/[!-~]*)", re.ASCII)
HOST = re.compile(r"(?:\*\.)?[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z][a-z0-9-]*", re.ASCII)
LONGEST_ENDPOINT = 2000
REFUSED = "endpoint is not of a push service that is known here; HOMING_PUSH_HOSTS names others"

POINT_BYTES, AUTH_BYTES = 65, 16
# The curve P-256: y² = x³ - 3x + B over the field of P elements.
P = 2**256 - 2**224 + 2**192 + 2**96 - 1
B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B

# The first that is in a User-Agent names the browser: many claim to be those that come later.
BROWSERS = (("Edg", "edge"), ("OPR/", "opera"), ("Firefox/", "firefox"), ("Chrome/", "chrome"), ("Safari/", "safari"))


@dataclass(frozen=True, slots=True)
class Services:
    """The push services that may be called: `more` are hosts besides the known ones, `*.` is any name below."""

    more: tuple[str, ...] = ()
    sandbox_url: str | None = None  # its stand-in may be called as well

    def check(self, endpoint: str) -> None:
        """Raises BadInput for a URL that must not be called."""
        if len(endpoint) > LONGEST_ENDPOINT or not (self._is_sandbox(endpoint) or self._is_known(endpoint)):
            raise BadInput(REFUSED)

    def _is_sandbox(self, endpoint: str) -> bool:
        base = f"{(self.sandbox_url or '').rstrip('/')}/push/"
        return bool(self.sandbox_url) and re.fullmatch(re.escape(base) + r"[\w-]+", endpoint, re.ASCII) is not None

    def _is_known(self, endpoint: str) -> bool:
        found = ENDPOINT.fullmatch(endpoint)
        return found is not None and any(_fits(found[1], pattern) for pattern in (*KNOWN_HOSTS, *self.more))


def origin(endpoint: str) -> str:
    """Whom a VAPID token is for: scheme, host and port of an endpoint that was checked.

    >>> origin("https://fcm.googleapis.com/fcm/send/abc")
    'https://fcm.googleapis.com'
    """
    scheme, _, rest = endpoint.partition("://")
    return f"{scheme}://{rest.partition('/')[0].removesuffix(':443')}"


def read_hosts(text: str) -> tuple[str, ...]:
    """What HOMING_PUSH_HOSTS says. Raises BadInput for what is no host."""
    hosts = [host.strip().lower() for host in text.split(",") if host.strip()]
    if wrong := [host for host in hosts if not HOST.fullmatch(host)]:
        raise BadInput(f"{wrong[0][:80]} is not a host; give names such as push.example.com or *.push.example.com")
    return tuple(hosts)


def check_keys(p256dh: str, auth: str) -> None:
    """Raises BadInput unless a message can be encrypted with them: a point of the curve, and 16 bytes."""
    point, secret = _bytes(p256dh, "p256dh"), _bytes(auth, "auth")
    if len(point) != POINT_BYTES or point[0] != 4 or not _on_curve(point):
        raise BadInput("keys.p256dh is not a public key of the curve P-256 in base64url")
    if len(secret) != AUTH_BYTES:
        raise BadInput(f"keys.auth is not {AUTH_BYTES} bytes in base64url")


def topic(message_id: str) -> str:
    """The Topic of a message, 32 letters: a second push with the same one takes the place of the first (RFC 8030)."""
    return base64.urlsafe_b64encode(sha256(message_id.encode()).digest()[:24]).decode()


def endpoint_id(endpoint: str) -> str:
    """What a subscription is known by."""
    return sha256(endpoint.encode()).hexdigest()


def browser(user_agent: str) -> str:
    """The family of a browser.

    >>> browser("Mozilla/5.0 (X11) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Safari/537.36")
    'chrome'
    """
    return next((name for mark, name in BROWSERS if mark in user_agent), "other")


def _fits(host: str, pattern: str) -> bool:
    return host.endswith(pattern[1:]) if pattern.startswith("*.") else host == pattern


def _bytes(text: str, name: str) -> bytes:
    plain = text.rstrip("=")
    try:
        return base64.b64decode(plain + "=" * (-len(plain) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise BadInput(f"keys.{name} is not base64url") from None


def _on_curve(point: bytes) -> bool:
    x, y = int.from_bytes(point[1:33]), int.from_bytes(point[33:])
    return x < P and y < P and (y * y - x * x * x + 3 * x - B) % P == 0
