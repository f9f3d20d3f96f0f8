"""Some of the same tests on the real server: what is true in virtual time is true there."""

import pytest

from tests.journeys.test_onboarding import (
    enter,
    test_a_call_for_help_is_answered_by_whatsapp_if_there_is_one,
    test_an_upgrade_of_the_plan_on_the_way_counts,
    test_tips_come_three_days_after_the_first_use_and_a_late_upgrade_is_thanked_for,
    test_two_weeks_of_silence_end_it,
)

__all__ = [
    "enter",
    "test_a_call_for_help_is_answered_by_whatsapp_if_there_is_one",
    "test_an_upgrade_of_the_plan_on_the_way_counts",
    "test_tips_come_three_days_after_the_first_use_and_a_late_upgrade_is_thanked_for",
    "test_two_weeks_of_silence_end_it",
]


@pytest.fixture
def homing_real() -> bool:
    """Whatever the flag says."""
    return True
