"""A request is read call by call: what is good in it is taken, and what is not is named by its place."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.inputs import Happened
from domain.clock import Clock
from domain.errors import BadInput
from tracking.batches import Reading, calls_of, parse, read

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
GOOD = {"type": "track", "userId": "alice-1", "event": "Signed Up"}


def reading(*calls: Any, sent_at: Any = None, kind: str | None = None) -> Reading:
    """What these calls come to."""
    return read(list(calls), sent_at, NOON, Clock(), kind)


def test_bad_calls_do_not_take_the_others_with_them() -> None:
    """The client cannot mend them, and would lose the whole batch."""
    found = reading(GOOD, {"type": "track", "userId": "alice@example.com", "event": "a"}, "nonsense", GOOD)
    assert (len(found.items), found.places) == (2, [0, 3])
    assert [one.index for one in found.rejected] == [1, 2]
    assert "looks like an e-mail address" in found.rejected[0].message
    assert found.rejected[1].as_json() == {"index": 2, "message": "a call must be a JSON object"}


def test_one_call_may_become_two_items() -> None:
    """Both are at its place, should one of them be refused later."""
    found = reading(GOOD, {"type": "identify", "userId": "alice-1", "anonymousId": "v-1"})
    assert found.places == [0, 1, 1]


def test_what_is_left_out_is_told_as_well() -> None:
    """The person is taken."""
    found = reading({"type": "identify", "userId": "alice-1", "traits": {"phone": "123"}})
    assert (len(found.items), found.left_out[0].index) == (1, 0)
    assert "international format" in found.left_out[0].message


def test_what_is_not_for_us_is_counted() -> None:
    """It is neither taken nor wrong."""
    found = reading(GOOD | {"integrations": {"All": False}})
    assert (found.items, found.rejected, found.not_for_us) == ([], [], 1)


def test_the_address_tells_the_kind_of_a_single_call() -> None:
    """A body for /track need not say so."""
    (item,) = reading({"userId": "alice-1", "event": "Signed Up"}, kind="track").items
    assert isinstance(item, Happened)


def test_the_clock_of_the_sender_is_put_right_for_all() -> None:
    """A batch is sent at one time."""
    late = (NOON + timedelta(hours=1)).isoformat()
    (item,) = reading(GOOD | {"timestamp": late}, sent_at=late).items
    assert isinstance(item, Happened)
    assert item.at == NOON


def test_a_batch_may_speak_for_all_its_calls() -> None:
    """What a call says itself comes first."""
    batch = [GOOD, GOOD | {"integrations": {"Homing": True}}, 7]
    body = {"batch": batch, "integrations": {"All": False}, "context": None}
    first, second, third = calls_of(body)
    assert first["integrations"] == {"All": False}
    assert second["integrations"] == {"All": False, "Homing": True}
    assert third == 7


@pytest.mark.parametrize("batch", [None, [], {}, "x", [GOOD] * 2_501])
def test_a_batch_of_the_wrong_shape_is_refused(batch: Any) -> None:
    """As a whole."""
    with pytest.raises(BadInput, match="batch"):
        calls_of({"batch": batch})


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"7", b"null", b"\xff\xfe", b"[" * 100_000, b'{"a":' * 100_000])
def test_a_body_that_is_no_object_is_refused(body: bytes) -> None:
    """And nothing worse happens."""
    with pytest.raises(BadInput, match="JSON"):
        parse(body)


@pytest.mark.parametrize("text", ['{"a": NaN}', '{"a": "\\ud83d"}', '{"a": 1e999}', '{"a": ' + "9" * 400 + "}"])
def test_a_strange_value_does_not_cost_the_request(text: str) -> None:
    """Python's clients can send these; the call that has them is refused later, by its place."""
    assert "a" in parse(text.encode())


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
NAMES = ("type", "userId", "anonymousId", "previousId", "groupId", "event", "name", "category", "properties", "traits")
MORE_NAMES = ("context", "integrations", "timestamp", "originalTimestamp", "sentAt", "messageId")
KINDS = st.sampled_from(["identify", "track", "page", "screen", "group", "alias"])


@given(
    calls=st.lists(
        st.fixed_dictionaries({}, optional=dict.fromkeys(NAMES + MORE_NAMES, JSON) | {"type": KINDS | JSON}) | JSON,
        max_size=3,
    ),
    sent_at=JSON,
)
def test_reading_is_total(calls: list[Any], sent_at: Any) -> None:
    """Whatever JSON comes, each call is taken, refused or not for us, and nothing raises."""
    found = reading(*calls, sent_at=sent_at)
    places = {*found.places, *(one.index for one in found.rejected)}
    assert len(places) + found.not_for_us == len(calls)
    assert json.dumps([one.as_json() for one in found.rejected + found.left_out])
