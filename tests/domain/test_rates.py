"""Rates as the setting HOMING_RATES says them."""

from datetime import timedelta

import pytest

from domain.errors import BadInput
from domain.rates import Rate, read


@pytest.mark.parametrize(
    ("text", "rates"),
    [
        ("none", {}),
        ("sms=10/s", {"sms": Rate(10, "s")}),
        (" email=600/min,twilio=100/s ", {"email": Rate(600, "min"), "twilio": Rate(100, "s")}),
        ("in_app=50000/d", {"in_app": Rate(50_000, "d")}),
    ],
)
def test_rates_are_read_as_people_write_them(text: str, rates: dict[str, Rate]) -> None:
    """By the names of channels and providers."""
    assert read(text) == rates


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "is no rate"),
        ("sms", "is no rate"),
        ("sms=0/s", "is no rate"),
        ("sms=1.5/s", "is no rate"),
        ("sms=10/m", "one of s, min, h, d"),  # a month or a minute?
        ("SMS=10/s", "is no rate"),
        ("sms=10/s,", "is no rate"),
        ("sms=10/s, sms=5/s", "given twice"),
        ("sms=20000/s", "limits nothing"),
        ("none, sms=10/s", "is no rate"),
    ],
)
def test_what_is_no_rate_is_refused_with_the_right_form(text: str, says: str) -> None:
    """A typing error must not become a flood."""
    with pytest.raises(BadInput, match=says):
        read(text)


@pytest.mark.parametrize(("rate", "seconds"), [(Rate(10, "s"), 0.1), (Rate(600, "min"), 0.1), (Rate(1, "h"), 3600)])
def test_messages_of_a_rate_come_one_by_one(rate: Rate, seconds: float) -> None:
    """Not ten at the beginning of each second."""
    assert rate.interval == timedelta(seconds=seconds)
