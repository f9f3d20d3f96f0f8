"""Effects of journeys: each under an id of its own, retried while that can help."""

from datetime import datetime
from typing import Any

import pytest
from temporalio.exceptions import ApplicationError

from activities.effects import EffectActivities
from activities.orders import EffectOrder
from domain.errors import BadInput, HomingError, Misconfigured, NotFound, Unreachable
from testkit.real.work import NoCodes
from tests.activities.desk import NOW, environment

WORKFLOW = "journey/trip/alice"


class Outside:
    """Notes what it is asked for, and raises what it is told to."""

    def __init__(self, error: HomingError | None = None) -> None:
        self.asked: list[tuple[Any, ...]] = []
        self._error = error

    async def set_attributes(self, user: str, values: dict[str, Any], *, besides: str) -> None:
        """As the client does."""
        self._note("set", user, values, besides)

    async def emit(self, user: str, name: str, properties: dict[str, Any], message_id: str, at: datetime) -> None:
        """As the client does."""
        self._note("emit", user, name, properties, message_id, at)

    async def enter(self, user: str, journey: str, key: str) -> None:
        """As the client does."""
        self._note("enter", user, journey, key)

    def _note(self, *asked: Any) -> None:
        if self._error:
            raise self._error
        self.asked.append(asked)


async def act(outside: Outside, effect: str, name: str = "", key: str = "", **values: Any) -> None:
    """One attempt of the activity."""
    order = EffectOrder("e-1", "alice", "step", 2, effect, name, key, values, NOW)
    await environment(workflow_id=WORKFLOW).run(EffectActivities(outside, NoCodes()).act, order)


async def test_each_effect_is_asked_for_in_its_own_words() -> None:
    """The workflow that sets an attribute knows it already; an event carries the step's own id, in every attempt."""
    outside = Outside()
    await act(outside, "set", plan="team")
    await act(outside, "enter", name="rewards", key="k-1")
    for _ in range(2):
        await act(outside, "emit", name="praised", times=1)
    emitted = ("emit", "alice", "praised", {"times": 1}, "e-1:step:2", NOW)
    assert outside.asked == [
        ("set", "alice", {"plan": "team"}, WORKFLOW),
        ("enter", "alice", "rewards", "k-1"),
        emitted,
        emitted,
    ]


@pytest.mark.parametrize(
    ("error", "hopeless"),
    [
        (Unreachable("the database is away"), False),
        (Misconfigured("no rights in this namespace"), False),  # ours to mend, and no fault of the person's
        (NotFound("no such journey"), True),
        (BadInput("no such key"), True),
    ],
)
async def test_what_may_pass_is_retried_and_what_cannot_is_not(error: HomingError, hopeless: bool) -> None:
    """With the reason, for whoever looks at the workflow."""
    with pytest.raises(ApplicationError, match=str(error)) as raised:
        await act(Outside(error), "enter", name="rewards")
    assert (raised.value.type, raised.value.non_retryable) == (type(error).__name__, hopeless)
