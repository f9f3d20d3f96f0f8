"""Small journeys for tests of the client."""

WAITING = """
journey: waiting
title: Wait for something
entry: {event: signed_up}
exit_on: account_deleted
topic: test
steps:
  - id: first-use
    wait_for: {event: first_use}
    timeout: 30d
  - {id: bravo, send: first_use_praise}
"""
BY_PLAN = """
journey: by-plan
title: A message by plan
entry: {event: signed_up}
topic: test
steps:
  - {id: rest, wait: 1d}
  - id: plan
    branch:
      - if: {attribute: plan, equals: team}
        do: [{id: offer, send: support_offer}]
      - else: [{id: news, send: feature_news}]
"""
TWICE = """
journey: twice
title: Once or twice
entry: {event: signed_up}
topic: test
steps:
  - {id: rest, wait: 1d}
  - id: often
    branch:
      - if: {event: first_use, at_least: 2}
        do: [{id: often-used, exit: twice}]
      - else: [{id: rarely-used, exit: once}]
"""
PURCHASES = """
journey: purchases
title: After a purchase, until the next
entry: {event: purchased}
topic: test
steps:
  - id: next-purchase
    wait_for: {event: purchased}
    since: step
    timeout: 30d
  - {id: thanks, send: thank_you}
"""


def named(journey: str, name: str) -> str:
    """The same journey under another name."""
    return journey.replace(journey.split()[1], name, 1)
