"""Visitor tokens: one person's, until they end, and of one spelling."""

from datetime import UTC, datetime, timedelta

import pytest

from domain import visiting
from domain.visiting import Expired, Forged

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
TOKEN = visiting.write("u-1", NOW + timedelta(hours=1), b"new")


@pytest.mark.parametrize("user", ["u", "u-1", "anon:a|b~c=", "x" * 128])
def test_a_token_names_its_person(user: str) -> None:
    """Whatever an id may be made of; with keys being changed, those of before are read too."""
    token = visiting.write(user, NOW + timedelta(hours=1), b"old")
    assert visiting.read(token, [b"new", b"old"], NOW) == user


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hv_",
        TOKEN[3:],  # without what says that it is one
        TOKEN[:-1],
        TOKEN + "A",
        TOKEN[:-1] + chr(ord(TOKEN[-1]) + 1),  # another spelling of the same bytes, or other bytes
        TOKEN.swapcase(),
        f"{TOKEN}\n",
        "hv_" + "A" * 400,
        "hv_é",
        visiting.write("u-2", NOW + timedelta(hours=1), b"another key"),
    ],
)
def test_what_is_no_token_of_ours_is_refused(text: str) -> None:
    """However it is wrong."""
    with pytest.raises(Forged):
        visiting.read(text, [b"new"], NOW)


def test_a_token_ends() -> None:
    """At the very second that it names."""
    with pytest.raises(Expired):
        visiting.read(TOKEN, [b"new"], NOW + timedelta(hours=1))


def test_without_keys_nothing_is_read() -> None:
    """A deployment that cannot sign lets nobody in."""
    with pytest.raises(Forged):
        visiting.read(TOKEN, [], NOW)
