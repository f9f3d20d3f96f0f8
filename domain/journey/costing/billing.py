"""What Temporal bills and writes down for each thing that a journey does. Rules of the server, counted by tests.

Actions are those of https://docs.temporal.io/cloud/actions (2025); events are what a run's history holds, as server
1.32 writes it. Retries of a provider that fails are an action each and are left out, as are queries and orders.
"""

from dataclasses import dataclass

from domain.verification.contacts import Contact

A_MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Toll:
    """What a stretch of a way costs; `messages` are those that are counted at the time."""

    actions: float = 0
    events: float = 0
    messages: float = 0

    def __add__(self, other: "Toll") -> "Toll":
        return Toll(self.actions + other.actions, self.events + other.events, self.messages + other.messages)

    def __mul__(self, times: float) -> "Toll":
        return Toll(self.actions * times, self.events * times, self.messages * times)


NOTHING = Toll()
MESSAGE = Toll(messages=1)
TASK = Toll(0, 3)  # a workflow task is scheduled, started and completed; it is not billed
START = Toll(1, 1) + TASK
END = Toll(0, 1)
ACTIVITY = Toll(1, 3) + TASK  # scheduled, started, completed, and a task that takes the result
TIMER = Toll(1, 1)
FIRES = Toll(0, 1) + TASK
CANCELED = Toll(0, 1)  # by the task that an event has brought already
SIGNAL = Toll(1, 1) + TASK
SHOWN = Toll(1, 1)  # search attributes are changed
NEW_RUN = Toll(1, 2) + TASK  # the run ends as continued, and a new one is started
# The workflow of a one-time code, which has its own history: its start, a send, a timer, the note of its end. What goes
# to a phone is looked after when its receipt is due, by a timer and an activity more.
CODE = {Contact.PHONE: Toll(6), Contact.EMAIL: Toll(4)}

SUGGESTED_AT = 4096  # events, after which Temporal suggests to continue as new


def runs_on(toll: Toll) -> Toll:
    """The toll of a whole way with that of continuing as new, which may be off by one run."""
    return toll + NEW_RUN * (toll.events // SUGGESTED_AT)


def dollars(actions: float, per_million: float) -> float:
    """The price of actions."""
    return actions * per_million / A_MILLION
