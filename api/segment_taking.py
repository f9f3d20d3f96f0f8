"""Takes the calls of a request in, all in one transaction; one that is refused there does not cost the others."""

from collections.abc import Sequence
from itertools import groupby

import structlog

from api.parts import Parts
from client.inputs import Item
from domain.errors import BadInput, Gone
from tracking.batches import Reading, Refused

log = structlog.get_logger()
Call = tuple[int, list[Item]]  # its place in the request, and what it comes to


async def take(parts: Parts, reading: Reading) -> list[Refused]:
    """Take it all, and count it. Those that were refused, by the reading or here. Raises Unreachable."""
    refused = [*reading.rejected, *await _take(parts, _calls(reading))]
    parts.meters.refused(rejected=len(refused), left_out=len(reading.left_out))
    return sorted(refused, key=lambda one: one.index)


async def _take(parts: Parts, calls: Sequence[Call]) -> list[Refused]:
    """In one piece, or else in halves, until those that are refused stand alone. The order is kept."""
    if not calls:
        return []
    try:
        accepted = await parts.take([item for _, items in calls for item in items], strangers=True)
    except (BadInput, Gone) as error:
        if len(calls) == 1:
            return [Refused(calls[0][0], str(error))]
        middle = len(calls) // 2
        return [*await _take(parts, calls[:middle]), *await _take(parts, calls[middle:])]
    if accepted.ignored:  # who sends is not told: a write key reads nothing of anybody
        log.info("segment.ignored", items=len(accepted.ignored), first=accepted.ignored[0].reason)
    return []


def _calls(reading: Reading) -> list[Call]:
    pairs = zip(reading.places, reading.items, strict=True)
    return [(place, [item for _, item in pair]) for place, pair in groupby(pairs, key=lambda pair: pair[0])]
