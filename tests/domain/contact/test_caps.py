"""Frequency caps over rolling windows, against counting by hand."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.contact.caps import DEFAULT, Cap, Sent, full, read
from domain.errors import BadInput

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)

scopes = st.sampled_from(["overall", "topic", "channel", "sms", "email"])
some_caps = st.lists(st.builds(Cap, scopes, st.integers(1, 5), st.integers(1, 72).map(lambda n: n * HOUR)), max_size=4)
some_sent = st.lists(
    st.builds(
        lambda ago, channel, topic: Sent(NOW - timedelta(minutes=ago), channel, topic),
        st.integers(0, 5000),
        st.sampled_from(["sms", "email"]),
        st.sampled_from(["news", "tips"]),
    ),
    max_size=25,
)


def counted(cap: Cap, sent: list[Sent], now: datetime) -> int:
    """How many sms about news, or of what the cap is about, are younger than its window."""
    alike = {"topic": [one.topic == "news" for one in sent], "overall": [True] * len(sent)}
    counts = alike.get(cap.scope, [one.channel == "sms" for one in sent])
    return sum(now - one.at < cap.within and like for one, like in zip(sent, counts, strict=True))


def applies(cap: Cap) -> bool:
    """Whether it is about an sms at all."""
    return cap.scope != "email"


@given(some_caps, some_sent)
def test_there_is_room_if_and_only_if_every_cap_has_some(caps: list[Cap], sent: list[Sent]) -> None:
    """However they overlap."""
    room = all(counted(cap, sent, NOW) < cap.most for cap in caps if applies(cap))
    assert (full(caps, sent, "sms", "news", NOW) is None) == room


@given(some_caps, some_sent)
def test_the_hold_ends_at_the_first_instant_with_room_in_all(caps: list[Cap], sent: list[Sent]) -> None:
    """Not a moment before, in the cap that takes longest; and then there is room, if nothing else was sent."""
    found = full(caps, sent, "sms", "news", NOW)
    if found is not None:
        assert found.until > NOW
        assert full(caps, sent, "sms", "news", found.until) is None
        assert full(caps, sent, "sms", "news", found.until - timedelta(seconds=1)) is not None


@given(some_caps, some_sent)
def test_who_always_asks_first_never_gets_more_than_the_cap(caps: list[Cap], sent: list[Sent]) -> None:
    """An hour at a time for three days: in no window are there more than it allows."""
    got: list[Sent] = []
    for hour in range(72):
        now = NOW + hour * HOUR
        if full(caps, got, "sms", "news", now) is None:
            got.append(Sent(now, "sms", "news"))
    for cap in filter(applies, caps):
        for one in got:
            assert sum(one.at - cap.within < other.at <= one.at for other in got) <= cap.most


TABLE = [
    # three a day: the fourth waits until the first is a day old
    ("sms 3/1d", [("sms", 3), ("sms", 2), ("sms", 1)], 21),
    ("sms 3/1d", [("sms", 24), ("sms", 2), ("sms", 1)], None),  # to the second: a day old is out
    ("sms 3/1d", [("email", 3), ("email", 2), ("email", 1)], None),
    ("email 1/1d", [("email", 1)], None),  # about another channel than the message
    ("channel 1/1d", [("email", 1)], None),  # each channel by itself
    ("channel 1/1d", [("sms", 1)], 23),
    ("overall 1/1d", [("email", 1)], 23),
    ("overall 1/1d, sms 1/7d", [("sms", 1)], 167),  # the cap that takes longest
    ("overall 2/1d", [("sms", 5), ("sms", 4), ("sms", 1)], 20),  # one too many already: room for one when two are gone
    ("none", [("sms", 1)] * 50, None),
]


@pytest.mark.parametrize(("caps", "sent", "hours"), TABLE)
def test_when_there_is_room_again(caps: str, sent: list[tuple[str, int]], hours: int | None) -> None:
    """For an sms; in hours from now, None if there is room."""
    before = [Sent(NOW - ago * HOUR, channel, "news") for channel, ago in sent]
    found = full(read(caps), before, "sms", "news", NOW)
    assert (found and found.until - NOW) == (hours and hours * HOUR)


@pytest.mark.parametrize(
    "text", ["", "sms", "sms 3", "sms 0/1d", "fax 3/1d", "sms 3/1d,", "overall 3/1y", "overall 1/400d", "overall 1/0d"]
)
def test_what_is_no_cap_is_said(text: str) -> None:
    """Before the worker starts."""
    with pytest.raises(BadInput, match="cap"):
        read(text)


def test_the_default_can_be_read_back() -> None:
    """What decisions name is what settings say."""
    assert ", ".join(map(str, read(DEFAULT))).replace("1w", "7d") == DEFAULT
