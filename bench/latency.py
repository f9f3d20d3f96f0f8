"""How long after a signal the provider has the message, next to a bare workflow that does nothing but post."""

from math import ceil

from bench.figures import Figure
from bench.journeys import wait_then_message
from bench.lab import Lab
from bench.outbox import Outbox
from bench.reactions import Waiting, waiting_bare, waiting_journeys, wake

NAME = "latency"
READING = (
    "Milliseconds from the call that signals a sleeping journey to the moment at which the sandbox, in the provider's"
    " place, takes the message; one at a time, in turn with a bare workflow that is signalled and posts. An event that"
    " is reported through the client is stored in PostgreSQL before the signal is sent."
)
WARM_UP = 5  # of each kind, not counted
MONTH = wait_then_message("30d")


async def run(lab: Lab) -> list[Figure]:
    """Wake one of each kind in turn."""
    lab.fresh(MONTH)
    count = lab.scale.signals + WARM_UP
    kinds = {
        "bare": await waiting_bare(lab, count),
        "signal": await waiting_journeys(lab, count),
        "event": await waiting_journeys(lab, count, by_client=True),
    }
    taken = await reaction_times(lab, kinds)
    bare, signal, event = (taken[kind][WARM_UP:] for kind in ("bare", "signal", "event"))
    return [
        _compared("signal → provider, p50", signal, bare, 50),
        _compared("signal → provider, p99", signal, bare, 99),
        Figure(NAME, "event reported → provider, p99", percentile(event, 99), "ms", at_most=1_000),
    ]


def _compared(what: str, ours: list[float], bare: list[float], percent: int) -> Figure:
    value, baseline = percentile(ours, percent), percentile(bare, percent)
    return Figure(NAME, what, value, "ms", baseline, "bare workflow", at_most=1.5)


async def reaction_times(lab: Lab, kinds: dict[str, list[Waiting]]) -> dict[str, list[float]]:
    """Milliseconds from waking to the provider, by kind; the kinds take turns."""
    outbox = Outbox(lab.stack.info.sandbox_url)
    woken = {}
    turns = list(zip(*kinds.values(), strict=True))
    with lab.teller.counting("waking one by one", len(turns)) as count:
        for turn in turns:
            for one in turn:
                woken[one.number] = await wake(one)
            count()
    received = outbox.received()
    return {
        kind: [(received[one.number] - woken[one.number]).total_seconds() * 1000 for one in waiting]
        for kind, waiting in kinds.items()
    }


def percentile(values: list[float], percent: int) -> float:
    """The smallest value that so many percent of them do not exceed."""
    return sorted(values)[ceil(len(values) * percent / 100) - 1]
