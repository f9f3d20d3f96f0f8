"""The journeys that are measured."""

from runtime.settings import ROOT

JOURNEY = "bench"  # what the journeys that are measured are called, but for those that ship
AT_ANY_HOUR = "quiet_hours: none\n"  # what is measured must not depend on when
SHIPPED = (ROOT / "journeys" / "onboarding.yaml").read_text(encoding="utf-8")
ONBOARDING = SHIPPED.replace("topic: onboarding\n", f"topic: onboarding\n{AT_ANY_HOUR}")

ONE_MESSAGE = f"""
journey: {JOURNEY}
title: One message
entry: {{event: signed_up}}
topic: bench
quiet_hours: none
steps:
  - {{id: hello, send: welcome}}
"""


def wait_then_message(timeout: str) -> str:
    """Wait for an event or the timeout, then send one message, and that is all."""
    return f"""
journey: {JOURNEY}
title: Wait, then one message
entry: {{event: signed_up}}
topic: bench
quiet_hours: none
steps:
  - id: patience
    wait_for: {{event: go}}
    timeout: {timeout}
  - {{id: hello, send: welcome}}
"""
