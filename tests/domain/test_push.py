"""Where a browser's subscription may lead, and what it has to hold."""

import pytest

from domain import push
from domain.errors import BadInput
from domain.push import Services

# RFC 8291, appendix A: the browser's public key and its secret.
P256DH = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
AUTH = "BTBZMqHH6r4Tts7J_aSIgg"
SERVICES = Services(("push.acme.example", "*.own.example"), "http://127.0.0.1:8025")

ALLOWED = [
    "https://fcm.googleapis.com/fcm/send/dJ3:APA91b-_x",
    "https://updates.push.services.mozilla.com/wpush/v2/gAAAA",
    "https://web.push.apple.com/QGl8",
    "https://db5p.notify.windows.com:443/w/?token=BQY%3d",
    "https://push.acme.example/x",  # named by the operator
    "https://eu.west.own.example/x",
    "http://127.0.0.1:8025/push/b-1_2",  # the sandbox, as long as it is used
]
REFUSED = [
    "http://fcm.googleapis.com/fcm/send/x",  # in the clear
    "https://fcm.googleapis.com.evil.example/x",
    "https://evil.example/fcm.googleapis.com/x",
    "https://evilfcm.googleapis.com/x",
    "https://push.apple.com/x",  # only names below it
    "https://evilpush.apple.com/x",
    "https://user:pw@fcm.googleapis.com/x",
    "https://fcm.googleapis.com@evil.example/x",
    "https://fcm.googleapis.com:8443/x",
    "https://fcm.googleapis.com",  # no path
    "https://fcm.googleapis.com\\@evil.example/x",
    "https://fcm.googleapis.com/x y\r\nHost: evil.example",
    "https://FCM.googleapis.com./x",
    "https://127.0.0.1/x",
    "https://[::1]/x",
    "https://169.254.169.254/latest/meta-data/",
    "https://localhost/x",
    "http://127.0.0.1:8025/messages",  # of the sandbox, only its push service
    "http://127.0.0.1:8025/push/../messages",
    "http://127.0.0.1:8025/push/b?x",
    "file:///etc/passwd",
    "gopher://fcm.googleapis.com/x",
    "",
    "https://fcm.googleapis.com/" + "x" * 2000,
]


@pytest.mark.parametrize("endpoint", ALLOWED)
def test_push_services_may_be_called(endpoint: str) -> None:
    """Those of the browsers, and those that the operator has named."""
    SERVICES.check(endpoint)


@pytest.mark.parametrize("endpoint", REFUSED)
def test_nothing_else_may_be_called(endpoint: str) -> None:
    """An endpoint is a URL that a stranger has given to us."""
    with pytest.raises(BadInput, match="HOMING_PUSH_HOSTS"):
        SERVICES.check(endpoint)


def test_without_the_sandbox_it_is_not_called() -> None:
    """In production a plain address of the own network is no push service."""
    with pytest.raises(BadInput):
        Services().check("http://127.0.0.1:8025/push/b-1")


@pytest.mark.parametrize(
    ("p256dh", "auth", "wrong"),
    [
        (P256DH, "c2hvcnQ", "auth"),
        (P256DH, "", "auth"),
        (P256DH[:-4], AUTH, "p256dh"),
        (P256DH[:-1] + "A", AUTH, "p256dh"),  # a letter off is off the curve
        ("B" + "A" * 86, AUTH, "p256dh"),
        ("!" * 87, AUTH, "p256dh"),
    ],
)
def test_keys_that_nothing_can_be_encrypted_with_are_refused(p256dh: str, auth: str, wrong: str) -> None:
    """At once, and not when the first message is due."""
    with pytest.raises(BadInput, match=wrong):
        push.check_keys(p256dh, auth)


def test_keys_of_the_standard_are_good() -> None:
    """With or without padding: browsers leave it away, some libraries do not."""
    push.check_keys(P256DH, AUTH)
    push.check_keys(P256DH + "=", AUTH + "==")


def test_a_topic_is_one_of_the_standard() -> None:
    """RFC 8030: at most 32 letters of base64url; the same for the same message, and it does not tell which."""
    one = push.topic("0" * 32)
    assert (len(one), one == push.topic("0" * 32), one == push.topic("1" * 32)) == (32, True, False)
    assert set(one) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


@pytest.mark.parametrize("text", ["https://a.example", "127.0.0.1", "localhost", "*.example:443", "*", "a b.example"])
def test_what_is_no_host_is_no_setting(text: str) -> None:
    """Least of all a number of the own network, or everything."""
    with pytest.raises(BadInput, match="is not a host"):
        push.read_hosts(f"push.example.com, {text}")
