"""Small journeys for tests of the kit."""

HELLO = """
journey: hello
title: One message, then a wait
entry: {event: signed_up}
exit_on: account_deleted
goal: {event: upgraded, within: 30d}
topic: test
steps:
  - {id: hello, send: welcome}
  - id: first-use
    wait_for: {event: first_use, do: [{id: bravo, send: first_use_praise}]}
    timeout: 3d
"""
CHANNELS = """
journey: channels
title: By SMS, else by mail
entry: {event: signed_up}
topic: test
quiet_hours: none
steps:
  - {id: hello, send: welcome, via: [sms, email]}
  - id: how
    branch:
      - if: {step: hello, outcome: sent}
        do: [{id: got-it, exit: sent}]
      - if: {step: hello, outcome: failed}
        do: [{id: failed, exit: failed}]
      - if: {step: hello, outcome: skipped}
        do: [{id: skipped, exit: skipped}]
      - else: [{id: nobody-knows, exit: unknown}]
"""
FOLLOW_UP = """
journey: follow-up
title: Follows up on what became of a message
entry: {event: signed_up}
topic: test
steps:
  - {id: hello, send: welcome}
  - id: reads
    wait_for: {event: message_clicked, where: {property: step, equals: hello}, do: [{id: keen, exit: keen}]}
    timeout: 1d
  - id: check
    branch:
      - if: {step: hello, outcome: opened}
        do: [{id: praise, send: first_use_praise}]
      - if: {step: hello, outcome: delivered}
        do: [{id: nudge, send: first_use_reminder}]
      - if: {step: hello, outcome: failed}
        do: [{id: lost, exit: lost}]
"""
MORNING = """
journey: morning
title: A message on a Tuesday morning
entry: {event: signed_up}
zone: Europe/Istanbul
topic: test
steps:
  - {id: morning, wait: {until: "09:00", days: [tue]}}
  - {id: hello, send: welcome}
  - {id: rest, wait: 30d}
"""
VISIT = """
journey: visit
title: Remind of an appointment
entry: {event: booked, key: visit.id, where: {property: paid, equals: true}}
updated_by: moved
exit_on: cancelled
topic: test
steps:
  - id: day-before
    wait: {until: event.starts_at, offset: -24h, if_past: skip}
    do: [{id: remind, send: check_in}]
  - {id: rest, wait: 30d}
"""
EFFECTS = """
journey: effects
title: Does things beside messages
entry: {event: signed_up}
topic: test
steps:
  - {id: mark, set: {stage: trial}}
  - {id: tell, emit: trial_began, properties: {days: 14}}
  - {id: also, enter: hello}
  - id: heard
    wait_for: {event: trial_began, where: {property: days, above: 10}}
    timeout: 30d
    on_timeout: [{id: deaf, exit: deaf}]
  - id: looks
    branch:
      - if: {attribute: stage, equals: trial}
        do: [{id: seen, exit: seen}]
"""
MONTHLY = """
journey: monthly
title: News every thirty days until they are in use
entry: {event: signed_up}
reentry: {after: 30d}
topic: test
steps:
  - id: monthly
    repeat: {every: 30d, at_most: 3, until: {event: first_use}}
    do: [{id: news, send: feature_news}]
"""
HALVES = """
journey: halves
title: Half of them get tips
entry: {event: signed_up}
topic: test
steps:
  - id: variant
    split: {tips: 45, praise: 45, holdout: 10}
    do:
      tips: [{id: tips, send: tips}]
      praise: [{id: praise, send: first_use_praise}]
  - {id: rest, wait: 1d}
"""
LAST = """
journey: last
title: The message must go out
entry: {event: signed_up}
topic: test
steps:
  - {id: rest, wait: 1d}
  - {id: hello, send: welcome, via: sms, required: true}
  - {id: more, send: tips}
"""
DAILY = """
journey: daily
title: Two mornings, then two uses
entry: {event: signed_up}
topic: test
steps:
  - {id: first-morning, wait: {until: "09:00"}}
  - {id: hello, send: welcome}
  - {id: second-morning, wait: {until: "09:00"}}
  - {id: news, send: feature_news}
  - {id: one, wait_for: {event: first_use}, since: step, timeout: 30d}
  - {id: two, wait_for: {event: first_use}, since: step, timeout: 30d}
  - {id: three, wait_for: {event: upgraded}, timeout: 30d}
"""
CONFIRM = """
journey: confirm
title: Welcomes whoever holds their phone
entry: {event: signed_up}
topic: test
quiet_hours: none
steps:
  - id: confirm-phone
    verify: phone
    do: [{id: hello, send: welcome, via: sms}]
    on_timeout: [{id: remind, send: check_in, via: email}]
  - {id: again, verify: phone, via: [sms], on_timeout: [{id: lost, exit: unconfirmed}]}
"""
ANSWERING = """
journey: answering
title: A text and a message where they like it, every day
entry: {event: signed_up}
topic: test
quiet_hours: none
steps:
  - id: daily
    repeat: {every: 1d, at_most: 5}
    do:
      - {id: text, send: welcome, via: sms}
      - {id: pause, wait: 1h}
      - id: say
        send: check_in
      - id: heard
        branch:
          - if: {step: text, outcome: clicked}
            do: [{id: note, set: {keen: true}}]
"""
PAGES = """
journey: pages
title: A notification, or else the inbox
entry: {event: signed_up}
topic: test
steps:
  - id: reach
    send: welcome
    via: [push, in_app]
    fallback: {unless: clicked, after: 1h}
  - id: where
    wait_for:
      event: message_clicked
      where: {property: host, equals: example.com}
      do: [{id: there, exit: at-example}]
    timeout: 10m
    on_timeout: [{id: nowhere, exit: not-clicked}]
"""
