"""Sleeping journeys that are released by events posted at a steady pace, and bare workflows that are signalled so."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

import requests

from bench.lab import Lab
from bench.outbox import Outbox
from bench.posting import Source
from bench.reactions import Waiting, waiting_bare, waiting_journeys, wake

A_SECOND = 20
WARM_UP = 1  # seconds of each kind, not counted


async def release(lab: Lab, source: Source) -> tuple[list[float], list[float]]:
    """Milliseconds from the call to the provider: of journeys, and of bare workflows. They take turns by the second."""
    count = lab.scale.released + WARM_UP * A_SECOND
    journeys, bare = await waiting_journeys(lab, count), await waiting_bare(lab, count)
    with requests.Session() as session:
        posted = [replace(one, wake=partial(_post, source, session, _user(one))) for one in journeys]
        outbox = Outbox(lab.stack.info.sandbox_url)
        woken: dict[str, datetime] = {}
        with lab.teller.counting("releasing journeys", count) as tell:
            for begin in range(0, count, A_SECOND):
                for kind in (posted, bare):
                    woken |= await _a_second(kind[begin : begin + A_SECOND])
                for _ in posted[begin : begin + A_SECOND]:
                    tell()
    received = outbox.received()
    return _taken(journeys, woken, received), _taken(bare, woken, received)


async def _a_second(some: Sequence[Waiting]) -> dict[str, datetime]:
    """Wake them one after the other at that pace, however long the earlier ones take; when each was woken."""
    loop = asyncio.get_running_loop()
    began, tasks = loop.time(), []
    for number, one in enumerate(some):
        await asyncio.sleep(began + number / A_SECOND - loop.time())
        tasks.append(asyncio.create_task(wake(one)))
    times = await asyncio.gather(*tasks)
    return {one.number: at for one, at in zip(some, times, strict=True)}


async def _post(source: Source, session: requests.Session, user: str) -> None:
    call = source.event() | {"userId": user, "event": "go"}
    await asyncio.to_thread(source.post, session, "/v1/track", source.one(call))


def _user(one: Waiting) -> str:
    """Its workflow is called `journey/{journey}/{user}`."""
    return one.handle.id.rpartition("/")[2]


def _taken(some: Sequence[Waiting], woken: dict[str, datetime], received: dict[str, datetime]) -> list[float]:
    counted = some[WARM_UP * A_SECOND :]
    return [(received[one.number] - woken[one.number]).total_seconds() * 1000 for one in counted]
