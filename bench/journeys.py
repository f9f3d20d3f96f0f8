"""The journeys that are measured."""

from runtime.settings import ROOT

JOURNEY = "bench"  # what the journeys that are measured are called, but for those that ship
ONBOARDING = (ROOT / "journeys" / "onboarding.yaml").read_text(encoding="utf-8")

ONE_MESSAGE = f"""
journey: {JOURNEY}
title: One message
entry: {{event: signed_up}}
topic: bench
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
steps:
  - id: patience
    wait_for: {{event: go}}
    timeout: {timeout}
  - {{id: hello, send: welcome}}
"""
