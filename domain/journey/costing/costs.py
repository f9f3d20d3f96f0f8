"""What a journey costs per person: billable actions, history events and messages, from its file alone.

Three ways: the cheapest, the dearest, and the average of all with their chances (see `rates`). On the cheapest and
the dearest every event comes just when it is waited for; what else a journey hears of, such as events for its
milestones, is an action each on top.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import islice

from domain.errors import BadInput
from domain.journey.costing.billing import END, START, Toll, runs_on
from domain.journey.costing.crossing import Crossing
from domain.journey.costing.rates import Rates
from domain.journey.costing.tallies import CHEAPEST, DEAREST, LIKELY, MOST_MESSAGES, Extreme, Stop, stops
from domain.journey.costing.ways import Ways
from domain.journey.fallback import receipt_of
from domain.journey.language import Journey, Repeat, Send
from domain.journey.patience import Patience
from domain.journey.program import Program, compile_journey
from domain.journey.walking import awaited_by, event_names, every_step

PREFERRED = "preferred"  # a send without `via` goes out on a channel that only the person knows
ALL = "all"
MOST_WORK = 300_000  # situations looked at: some seconds, while a journey in use has hundreds of them
MOST_STOPS = 1000  # of a way are told; more are laps of repeats in repeats


@dataclass(frozen=True, slots=True)
class OneWay:
    """A way through, by the first choices on it, and what it costs."""

    actions: int
    events: int
    stops: tuple[Stop, ...]


@dataclass(frozen=True, slots=True)
class Messages:
    """How many messages of one person go out on a channel, on average and at most."""

    likely: float
    most: int


@dataclass(frozen=True, slots=True)
class Costs:
    """Per person. `likely` is an average; `messages` are by channel, and ALL of them."""

    cheapest: OneWay
    likely: Toll
    dearest: OneWay
    messages: Mapping[str, Messages]


def costs(journey: Journey, rates: Mapping[str, float]) -> Costs:
    """All figures. `rates` are those of `rates.Rates`. Raises BadInput for one of an event that ends no rest.

    Raises TooManyWays for a journey with more ways than can be told apart.
    """
    program = compile_journey(journey)
    _check(program, rates)
    patience = Patience(journey.journey, MOST_WORK)
    average = Crossing(Ways(program, Rates(rates), lambda *_: False), LIKELY, patience).whole()
    return Costs(
        cheapest=_one_way(program, CHEAPEST, patience),
        likely=runs_on(START + average.toll + END),
        dearest=_one_way(program, DEAREST, patience),
        messages={channel: _messages(program, rates, channel, patience) for channel in _channels(journey)},
    )


def _one_way(program: Program, extreme: Extreme, patience: Patience) -> OneWay:
    way = Crossing(Ways(program, Rates(), lambda *_: False), extreme, patience).whole()
    toll = runs_on(START + way.toll + END)
    return OneWay(int(toll.actions), int(toll.events), tuple(islice(stops(way.trail), MOST_STOPS)))


def _messages(program: Program, rates: Mapping[str, float], channel: str, patience: Patience) -> Messages:
    """Likely is the first channel of each `via`; at most each of them may be the one, if those before it fail."""
    likely = Crossing(Ways(program, Rates(rates), _goes_out(channel, in_order=True)), LIKELY, patience).whole()
    most = Crossing(Ways(program, Rates(), _goes_out(channel, in_order=False)), MOST_MESSAGES, patience).whole()
    return Messages(likely.toll.messages, int(most.toll.messages))


def _goes_out(channel: str, *, in_order: bool) -> Callable[[Send, int], bool]:
    """Whether what a step sends first, second and so on goes by a channel: if all goes well, or at the worst."""

    def goes_out(step: Send, place: int) -> bool:
        if channel == ALL or not step.via:
            return channel in (ALL, PREFERRED)
        return channel in (step.via[place : place + 1] if in_order else step.via if place == 0 else ())

    return goes_out


def _channels(journey: Journey) -> list[str]:
    sends = [step for step in every_step(journey.steps) if isinstance(step, Send)]
    named = {str(channel): None for step in sends for channel in step.via or (PREFERRED,)}
    return [*named, ALL]


def _check(program: Program, rates: Mapping[str, float]) -> None:
    ending = dict.fromkeys(program.journey.exit_on)
    for step in every_step(program.journey.steps):
        ending |= dict.fromkeys(awaited.event for awaited in awaited_by(step))
        if isinstance(step, Send) and step.fallback:
            ending[receipt_of(step.fallback)] = None
        if isinstance(step, Repeat) and step.repeat.until:
            ending |= dict.fromkeys(event_names(step.repeat.until))
    if unknown := set(rates) - set(ending):
        there = ", ".join(ending) or "none"
        raise BadInput(f"no wait ends by {', '.join(sorted(unknown))}; events that end one are: {there}")
    if wrong := [f"{event}={rate:g}" for event, rate in rates.items() if not 0 <= rate <= 1]:
        raise BadInput(f"a rate is between 0 and 1, unlike {', '.join(wrong)}")
