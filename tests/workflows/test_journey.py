"""Journeys on the real Temporal server, in virtual time."""

from runtime.settings import ROOT
from tests.stage import Stage

ONBOARDING = (ROOT / "journeys" / "onboarding.yaml").read_text(encoding="utf-8")
WAIT_SEND = """
journey: short
title: Wait, then one message
entry: {event: signed_up}
topic: test
steps:
  - {id: week, wait: 7d}
  - {id: hello, send: welcome}
"""


async def test_a_person_who_never_comes_back_is_reminded_then_won_back_over_months(stage: Stage) -> None:
    """Three weeks of silence: reminder after a day, win-back after a week, the end after two."""
    stage.publish(ONBOARDING)
    handle = await stage.signup("alice")
    await stage.until_sent("alice", "welcome/email")
    await stage.pass_time(handle, hours=25)
    await stage.until_sent("alice", "welcome/email", "first_use_reminder/email")
    await stage.pass_time(handle, days=6.1)
    await stage.until_sent("alice", "welcome/email", "first_use_reminder/email", "win_back/email")
    await stage.pass_time(handle, days=8)
    assert await handle.result() == "never_used"
    assert stage.enrollment("alice").ended_reason == "never_used"
