"""How fast events come in over HTTP, with few and with many stored, and how soon one of them reaches a provider."""

import asyncio
from dataclasses import dataclass

import psutil

from bench.figures import Figure
from bench.journeys import wait_then_message
from bench.lab import Lab
from bench.latency import percentile
from bench.place import API
from bench.plain_insert import PlainTable
from bench.posting import BATCH, Source
from bench.released import release

NAME = "ingest"
READING = (
    f"Events per second that Segment's protocol takes over HTTP in batches of {BATCH}, from four connections, on the"
    " machine that also runs their sender and PostgreSQL; each is checked, stored once by its message id, and looked up"
    " among the journeys that name it. The baseline inserts the same rows with plain multi-row statements, by the same"
    " number of connections, in turn, into a table that stays small; the share of it that we reach must not shrink as"
    " ours grows. --events stores more of them. Memory is that of the API's process, which also runs the relay. The"
    " last lines are milliseconds from the call that posts a track to the moment at which the sandbox takes the message"
    " that it releases, 20 of them a second; in turn with bare workflows that are signalled and post, at the same pace."
)
MONTH = wait_then_message("30d")
PEOPLE = 1_000


@dataclass(slots=True)
class Rates:
    """Events per second, ours and the baseline's."""

    ours: float
    plain: float

    @property
    def share(self) -> float:
        """How much of the baseline we reach: what slows both down says nothing of us."""
        return self.ours / self.plain


async def run(lab: Lab) -> list[Figure]:
    """Fill the table, and measure at two sizes; then release journeys one by one."""
    lab.fresh(MONTH)
    source = await asyncio.to_thread(Source.open, lab.stack.info.api, lab.database, PEOPLE)
    process = psutil.Process(lab.stack.info.pids[API])
    few, many = lab.scale.stored
    with PlainTable(lab.stack.info.database_url) as plain:
        await _fill(lab, source, few)
        light, first = _weight(process), await _rates(lab, source, plain)
        await _fill(lab, source, many - source.sent)
        heavy, second = _weight(process), await _rates(lab, source, plain)
    return [
        *_taken(few, first),
        *_taken(many, second),
        Figure(NAME, f"share of plain, {many:,} stored", second.share, "", first.share, f"{few:,}", at_least=0.8),
        Figure(NAME, f"memory after {many:,} events", heavy, "MB", light, f"after {few:,}", at_most=1.2),
        *await _reactions(lab, source),
    ]


def _taken(stored: int, rates: Rates) -> list[Figure]:
    return [
        Figure(NAME, f"events taken, {stored:,} stored", rates.ours, "events/s", at_least=2_000),
        Figure(NAME, "against plain inserts", rates.ours, "events/s", rates.plain, "plain inserts"),
    ]


async def _fill(lab: Lab, source: Source, events: int) -> None:
    rounds, left = divmod(max(0, events), BATCH * lab.scale.batches)
    with lab.teller.counting("storing events", rounds + 1) as count:
        for batches in [*[lab.scale.batches] * rounds, left // BATCH]:
            await asyncio.to_thread(source.send, source.batches(batches))
            count()


async def _rates(lab: Lab, source: Source, plain: PlainTable) -> Rates:
    """Both, in turn."""
    ours = theirs = 0.0
    with lab.teller.counting("taking events", lab.scale.rounds) as count:
        for _ in range(lab.scale.rounds):
            ours += await asyncio.to_thread(source.send, source.batches(lab.scale.batches))
            theirs += await asyncio.to_thread(plain.insert, source.rows(lab.scale.batches))
            count()
    events = lab.scale.rounds * lab.scale.batches * BATCH
    return Rates(events / ours, events / theirs)


def _weight(process: psutil.Process) -> float:
    return process.memory_info().rss / 1e6


async def _reactions(lab: Lab, source: Source) -> list[Figure]:
    ours, bare = await release(lab, source)
    p50, p99 = percentile(ours, 50), percentile(ours, 99)
    return [
        Figure(NAME, "track → provider, p50", p50, "ms", at_most=150),
        Figure(NAME, "track → provider, p99", p99, "ms", at_most=1_000),
        Figure(NAME, "p50 against a signal", p50, "ms", percentile(bare, 50), "bare workflow"),
        Figure(NAME, "p99 against a signal", p99, "ms", percentile(bare, 99), "bare workflow"),
    ]
