"""Codes of authenticator apps: the vectors of the RFCs, clocks that are off, and codes that were used."""

import base64
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, unquote, urlsplit

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.authenticators.steps import STEP_S, Device, Match, judge, step_of, uri

SECRET = base64.b32encode(b"12345678901234567890").decode()  # the RFCs'
PHONE = Device("phone", SECRET)
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)  # a step begins
SECONDS = st.integers(min_value=2 * STEP_S, max_value=20_000_000_000)


def at(seconds: float) -> datetime:
    """So many seconds after 1970."""
    return datetime.fromtimestamp(seconds, UTC)


def code_at(moment: datetime, secret: str = SECRET) -> str:
    """What the app shows."""
    return pyotp.TOTP(secret).at(moment)


@pytest.mark.parametrize(
    ("seconds", "eight"),
    [  # appendix B of RFC 6238; an app shows the last six of these eight digits
        (59, "94287082"),
        (1111111109, "07081804"),
        (1111111111, "14050471"),
        (1234567890, "89005924"),
        (2000000000, "69279037"),
        (20000000000, "65353130"),
    ],
)
def test_the_vectors_of_rfc_6238_are_right(seconds: int, eight: str) -> None:
    """Every app computes these."""
    assert judge([PHONE], eight[-6:], at(seconds)) == Match("phone", seconds // STEP_S)


@pytest.mark.parametrize(
    ("count", "code"),
    list(
        enumerate(["755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489"])
    ),
)
def test_the_vectors_of_rfc_4226_are_right_at_their_steps(count: int, code: str) -> None:
    """A step is the counter of an HOTP."""
    expected = Match("phone", count) if count else None  # step 0, of 1970, is the one that counts as used
    assert judge([PHONE], code, at(count * STEP_S)) == expected


@pytest.mark.parametrize(
    ("off", "right"),
    [
        (-61, False),  # two steps ago and its last moment
        (-60, False),
        (-30.001, False),
        (-30, True),  # the previous step, from its beginning
        (-0.001, True),  # and to its end
        (0, True),
        (29.999, True),
        (30, True),  # the next one
        (59.999, True),
        (60, False),
        (90, False),
    ],
)
def test_a_clock_may_be_one_step_off_either_way(off: float, right: bool) -> None:
    """Seen at the first moment of a step, by a phone whose clock is `off` seconds ahead."""
    assert (judge([PHONE], code_at(NOON + timedelta(seconds=off)), NOON) is not None) is right


@pytest.mark.parametrize(
    ("off", "right"), [(-60, False), (-59.999, True), (-30, True), (0, True), (30, True), (30.001, False), (31, False)]
)
def test_the_same_at_the_last_moment_of_a_step(off: float, right: bool) -> None:
    """The edges move with the step and not with the clock."""
    last = NOON + timedelta(seconds=STEP_S) - timedelta(milliseconds=0.001)
    assert (judge([PHONE], code_at(last + timedelta(seconds=off)), last) is not None) is right


@pytest.mark.parametrize(
    ("used", "typed", "right"),
    [  # steps relative to this one
        (-2, -1, True),
        (-1, -1, False),  # the same code again
        (-1, 0, True),
        (0, 0, False),
        (0, -1, False),  # an older one that nobody used: somebody may have looked over a shoulder
        (0, 1, True),
        (1, 1, False),
        (1, 0, False),
        (1, -1, False),
    ],
)
def test_a_used_step_and_all_before_it_are_refused(used: int, typed: int, right: bool) -> None:
    """A code is good once, and so is the time in which it was good."""
    device = Device("phone", SECRET, step_of(NOON) + used)
    assert (judge([device], code_at(NOON + timedelta(seconds=typed * STEP_S)), NOON) is not None) is right


def test_each_device_has_its_own_steps() -> None:
    """A code of the tablet is not used up by the phone's."""
    other = pyotp.random_base32()
    phone, tablet = Device("phone", SECRET, step_of(NOON) + 1), Device("tablet", other)
    assert judge([phone, tablet], code_at(NOON, other), NOON) == Match("tablet", step_of(NOON))
    assert judge([phone, tablet], code_at(NOON), NOON) is None
    assert judge([], code_at(NOON), NOON) is None


@given(SECONDS, st.integers(-4, 4), st.binary(min_size=20, max_size=20))
def test_a_code_is_right_exactly_if_an_app_shows_it_within_a_step(seconds: int, steps: int, raw: bytes) -> None:
    """Compared with pyotp's own window, for whatever secret and at whatever time."""
    secret = base64.b32encode(raw).decode()
    code = pyotp.HOTP(secret).at(max(step_of(at(seconds)) + steps, 0))
    expected = pyotp.TOTP(secret).verify(code, for_time=at(seconds), valid_window=1)
    assert (judge([Device("phone", secret)], code, at(seconds)) is not None) is expected


@given(SECONDS, st.lists(st.integers(-1, 1), min_size=1, max_size=6))
def test_accepted_steps_only_ever_grow(seconds: int, typed: list[int]) -> None:
    """Whatever the order in which codes are typed, none is good twice."""
    now, device, accepted = at(seconds), PHONE, []
    for offset in typed:
        match = judge([device], code_at(now + timedelta(seconds=offset * STEP_S)), now)
        if match:
            accepted.append(match.step)
            device = Device("phone", SECRET, match.step)
    assert accepted == sorted(set(accepted))


@pytest.mark.parametrize(
    ("account", "issuer"),
    [("u-1", "Homing"), ("ana@example.com", "Ana & Söhne GmbH"), ("a:b", "Co: the product"), ("आना", "100 % ?=#/")],
)
def test_the_uri_says_who_and_where_in_every_letter(account: str, issuer: str) -> None:
    """A colon would part them in the wrong place."""
    parts = urlsplit(uri(SECRET, account, issuer))
    shown_issuer, shown_account = issuer.replace(":", " "), account.replace(":", " ")
    assert (parts.scheme, parts.netloc) == ("otpauth", "totp")
    assert unquote(parts.path) == f"/{shown_issuer}:{shown_account}"
    assert parse_qs(parts.query) == {"secret": [SECRET], "issuer": [shown_issuer]}
    assert "+" not in parts.query  # some apps would show it


def test_a_secret_does_not_stand_in_texts() -> None:
    """Devices are printed by tests, logs and debuggers."""
    assert SECRET not in f"{PHONE} {PHONE!r} {[PHONE]}"
