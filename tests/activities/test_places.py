"""One slow provider does not hold all threads of a worker."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from threading import Event

import pytest

from activities.places import Crowded, Places


def test_a_slow_provider_has_its_share_and_no_more() -> None:
    """Of four threads it may hold three; the fourth turns to others."""
    places = Places(4, slow_s=0)
    with places.at("twilio"), places.at("twilio"), places.at("twilio"):
        with pytest.raises(Crowded), places.at("twilio"):
            pass
        with places.at("sendgrid"):
            pass
    with places.at("twilio"):
        pass  # its places are free again


def test_a_code_finds_a_place_at_a_slow_provider_that_others_have_filled() -> None:
    """Somebody waits for it, and a reminder of thousands may come back."""
    places = Places(10, slow_s=0)
    with ExitStack() as calls:
        for _ in range(7):
            calls.enter_context(places.at("twilio"))
        with pytest.raises(Crowded), places.at("twilio"):
            pass
        for _ in range(2):
            calls.enter_context(places.at("twilio", urgent=True))
        with pytest.raises(Crowded), places.at("twilio", urgent=True):
            pass


def test_at_a_quick_provider_one_waits_for_a_place() -> None:
    """To send a message away costs an action, and there is a place in a moment."""
    places, may_go_on = Places(1, slow_s=60), Event()
    entered: list[str] = []

    def call(name: str) -> None:
        with places.at("twilio"):
            entered.append(name)
            may_go_on.wait(10)

    with ThreadPoolExecutor(2) as threads:
        calls = [threads.submit(call, name) for name in ("first", "second")]
        assert len(entered) <= 1
        may_go_on.set()
        for one in calls:
            one.result(10)
    assert sorted(entered) == ["first", "second"]


def test_a_quarter_of_the_threads_may_wait_for_slots() -> None:
    """More would keep other providers' messages waiting."""
    places = Places(4)
    with places.asleep() as first, places.asleep() as second:
        assert (first, second) == (True, False)
    with places.asleep() as third:
        assert third
