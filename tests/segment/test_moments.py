"""When things happened, whatever the sender's clock shows."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.clock import Clock
from tracking.moments import Moment, instant

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
AN_HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("timestamp", "sent", "at"),
    [
        # the clock is right: five minutes in the queue
        (NOON - timedelta(minutes=5), NOON, NOON - timedelta(minutes=5)),
        # the clock is an hour ahead, or behind; the five minutes are the same
        (NOON + AN_HOUR - timedelta(minutes=5), NOON + AN_HOUR, NOON - timedelta(minutes=5)),
        (NOON - AN_HOUR - timedelta(minutes=5), NOON - AN_HOUR, NOON - timedelta(minutes=5)),
        # old users are imported: their past stays in the past
        (NOON - timedelta(days=900), NOON, NOON - timedelta(days=900)),
        # nobody says when it was sent: the timestamp is believed, unless it lies in the future
        (NOON - AN_HOUR, None, NOON - AN_HOUR),
        (NOON + AN_HOUR, None, NOON),
        # it happens after it was sent: not later than now
        (NOON + AN_HOUR, NOON, NOON),
        # a device whose clock begins in 1970 knows how long ago it was all the same
        (datetime(1970, 1, 1, 0, 5, tzinfo=UTC), datetime(1970, 1, 1, 1, 5, tzinfo=UTC), NOON - AN_HOUR),
        # before 1970 is no time at all
        (NOON, datetime(2090, 1, 1, tzinfo=UTC), None),
        (NOON, datetime(9999, 1, 1, tzinfo=UTC), None),
    ],
)
def test_the_sender_s_clock_is_put_right(timestamp: datetime, sent: datetime | None, at: datetime | None) -> None:
    """time = receivedAt - (sentAt - timestamp), within reason."""
    assert Moment(NOON, sent).happened(timestamp.isoformat()) == at


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ("2026-03-01T12:00:00Z", NOON),
        ("2026-03-01T12:00:00.000Z", NOON),
        (" 2026-03-01T15:00:00+03:00 ", NOON),
        ("2026-03-01T12:00:00", NOON),  # no zone: UTC
        ("2026-03-01 12:00:00", NOON),
        ("2026-03-01", NOON.replace(hour=0)),
        (NOON.timestamp(), NOON),
        (int(NOON.timestamp() * 1000), NOON),  # JavaScript's
        (True, None),
        (-1, None),
        (float("nan"), None),
        (float("inf"), None),
        (10**30, None),
        ("0001-01-01T00:00:00+14:00", None),
        ("yesterday", None),
        ("", None),
        (None, None),
        ({}, None),
    ],
)
def test_instants_come_in_many_forms(given: Any, read: datetime | None) -> None:
    """What is none of them is nothing, and no error: an event must not be lost because of it."""
    assert instant(given) == read


def test_a_hurried_clock_counts_from_its_origin() -> None:
    """At pace 3,600 a real second is a journey hour; before the origin nothing was hurried."""
    moment = Moment(NOON + timedelta(seconds=10), None, Clock(3_600, NOON))
    assert moment.happened((NOON + timedelta(seconds=2)).isoformat()) == NOON + timedelta(hours=2)
    assert moment.happened((NOON - timedelta(days=30)).isoformat()) == NOON - timedelta(days=30)
