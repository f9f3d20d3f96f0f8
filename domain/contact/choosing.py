"""By which channels can this person be reached with this message? Whether it may go out now is asked after that.

Pure: the caller fetches the person, this decides, the caller stores.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from domain.delivery import Decision, Endpoint, Verdict
from domain.suppression import barring

NOTHING: Mapping[str, Any] = {}


def choose(
    via: Sequence[str] | None,
    preferred: Sequence[str],
    endpoints: Sequence[Endpoint],
    written: Sequence[str],
    served: Sequence[str],
    *,
    transactional: bool = False,
    verified_only: Collection[str] = (),
    because: Mapping[str, Any] = NOTHING,
) -> list[Decision]:
    """One decision per channel worth naming, in the order in which they are to be tried.

    `via` is the step's order (None: the person's own); `written` are the channels that the template has a text
    for; `served` those this deployment can send on; on `verified_only` an address that nobody has confirmed gets
    nothing but its code; `because` tells how the person's order was found. With nothing to try at all there is one
    refusal.
    """
    wanted = list(dict.fromkeys(via if via is not None else preferred))
    inputs = {"via": list(via) if via is not None else "preferred", "preferred": list(preferred), **because}
    by_channel = {endpoint.channel: endpoint for endpoint in endpoints}
    if not wanted:
        return [Decision(None, Verdict.REFUSED, "no_channel_preferred", inputs)]
    found = [_judge(one, by_channel.get(one), written, served, inputs, transactional) for one in wanted]
    return [_confirmed(one, by_channel, verified_only) for one in found]


def before(past: Sequence[str] | None) -> Mapping[str, Any]:
    """What the turn of a further channel comes after, for its decision."""
    return {"past": list(past)} if past else NOTHING


def none_left(past: Sequence[str] | None) -> list[Decision]:
    """Why nothing more goes out of a message that went out already, once every channel has had its turn."""
    return [Decision(None, Verdict.REFUSED, "no_channel_left", before(past))] if past else []


def _judge(
    channel: str,
    endpoint: Endpoint | None,
    written: Sequence[str],
    served: Sequence[str],
    inputs: Mapping[str, Any],
    transactional: bool,
) -> Decision:
    if channel not in written:
        return Decision(channel, Verdict.REFUSED, "no_text_for_channel", {**inputs, "written": list(written)})
    if channel not in served:
        return Decision(channel, Verdict.REFUSED, "channel_not_configured", {**inputs, "served": list(served)})
    if endpoint is None:
        return Decision(channel, Verdict.REFUSED, "no_address", inputs)
    if reason := barring(endpoint.suppressed, transactional=transactional):
        return Decision(channel, Verdict.REFUSED, "suppressed", {**inputs, "reason": str(reason)})
    if endpoint.ended_reason:
        return Decision(channel, Verdict.REFUSED, "address_ended", {**inputs, "reason": endpoint.ended_reason})
    return Decision(channel, Verdict.ALLOWED, "address_usable", inputs)


def _confirmed(one: Decision, endpoints: Mapping[str, Endpoint], verified_only: Collection[str]) -> Decision:
    """The same, unless it would let a message go to an address that is still to be confirmed."""
    allowed = one.verdict is Verdict.ALLOWED and one.channel in verified_only
    unconfirmed = allowed and not endpoints[str(one.channel)].verified
    return Decision(one.channel, Verdict.REFUSED, "unverified", one.inputs) if unconfirmed else one
