"""Moments on ways through a journey, as far as they matter to the count of messages within seven days.

Later in a lap is nearer to the next one, so of what lies before the first message counted the latest is the worst;
from it on the earliest is.
"""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import NamedTuple

from domain.calendar import WEEKDAYS
from domain.durations import LONGEST
from domain.journey.moves import A_WEEK, NO_TIME, How, Move
from domain.journey.waits import LocalTime

A_DAY = timedelta(days=1)
MOST_APART = 200  # moments told apart; far more than journeys in use lead to, and few enough to be compared at once
A_MOMENT = timedelta(microseconds=1)  # that a send takes, so that two waits for nine o'clock are a day apart


class Busiest(NamedTuple):
    """So many messages in seven days, of which that step sends the first."""

    messages: int
    first: str


class Moment(NamedTuple):
    """The seven days that are counted began `age` ago, or with None have not begun."""

    age: timedelta | None
    week: timedelta | None  # the time of the person's week, if a wait has told it and all since is known
    laps: tuple[timedelta, ...] = ()  # how long ago each lap around here began


Moments = dict[Moment, Busiest]
NOTHING = Busiest(0, "")
NOT_BEGUN = Moment(None, None)


def begun(step: str, moments: Moments) -> Moments:
    """A message is sent: one more in all weeks that have begun, and the first of one that begins."""
    return {
        moment._replace(age=moment.age or NO_TIME): Busiest(count.messages + 1, count.first or step)
        for moment, count in moments.items()
    }


def elapsed(moments: Moments, time: timedelta = A_MOMENT) -> Moments:
    """The same after a while, without the weeks that are over by then."""
    return {after: count for moment, count in moments.items() if (after := _after(moment, time))}


def waited(move: Move, moments: Moments) -> Moments:
    """The moments in which a way is gone on: as early as it may be in a week that has begun, as late as it may before.

    A wait for nine o'clock of which nobody knows when it begins may take no time, and ends on any of its days.
    """
    if move.how is How.AT_ONCE:
        return moments
    found = ((after, count) for moment, count in moments.items() for after in _waits(move, moment))
    return merged({after: count} for after, count in found if after)


def entered(moments: Moments) -> Moments:
    """A first lap begins."""
    return {moment._replace(laps=(*moment.laps, NO_TIME)): count for moment, count in moments.items()}


def next_lap(moments: Moments, every: timedelta) -> Moments:
    """From the ends of laps to the begins of the next: when they are due, or at once if that is past."""
    due = ((_after(moment, max(every - moment.laps[-1], NO_TIME)), count) for moment, count in moments.items())
    return merged({_in_lap(moment, every): count} for moment, count in due if moment)


def left(moments: Moments) -> Moments:
    """Out of the lap."""
    return merged({moment._replace(laps=moment.laps[:-1]): count} for moment, count in moments.items())


def later(moments: Moments, time: timedelta, *, steady: bool) -> Moments:
    """After more laps like these, which bring nothing new but the time that they take of laps around."""
    return merged(
        {moment._replace(laps=_grown(moment.laps, time), week=moment.week if steady or not time else None): count}
        for moment, count in moments.items()
    )


def merged(groups: Iterable[Moments]) -> Moments:
    """All of these, with the highest counts."""
    found: Moments = {}
    for group in groups:
        for moment, count in group.items():
            found[moment] = max(found.get(moment, NOTHING), count)
    return found


def worst(groups: Iterable[Moments]) -> Moments:
    """Of all these, those than which no other is worse in every respect."""
    kept: Moments = {}
    found = merged(groups)
    found = found if len(found) <= MOST_APART else _blurred(found)
    for moment, count in sorted(found.items(), key=lambda item: -item[1].messages):
        if not any(_as_bad(other, moment) for other in kept):
            kept[moment] = count
    return kept


def _blurred(moments: Moments) -> Moments:
    """Two in place of many: as bad in every respect as the worst of those whose week has begun, or has not."""
    found: Moments = {}
    for some in ([one for one in moments if one.age is not None], [one for one in moments if one.age is None]):
        if some:
            age = min((one.age for one in some if one.age is not None), default=None)
            laps = tuple(map(max, zip(*(one.laps for one in some), strict=True)))
            found[Moment(age, None, laps)] = max((moments[one] for one in some), key=lambda count: count.messages)
    return found


def _as_bad(one: Moment, other: Moment) -> bool:
    """Whether what may follow one, with as many messages so far, is all that may follow the other, or worse."""
    if (one.age is None) != (other.age is None) or one.week not in (None, other.week):
        return False
    in_time = one.age is None or other.age is None or one.age <= other.age
    return in_time and all(mine >= its for mine, its in zip(one.laps, other.laps, strict=True))


def _after(moment: Moment, time: timedelta) -> Moment | None:
    age = None if moment.age is None else moment.age + time
    week = None if moment.week is None else (moment.week + time) % A_WEEK
    return None if age is not None and age >= A_WEEK else Moment(age, week, _grown(moment.laps, time))


def _grown(laps: tuple[timedelta, ...], time: timedelta) -> tuple[timedelta, ...]:
    return tuple(min(lap + time, LONGEST) for lap in laps)


def _in_lap(moment: Moment, every: timedelta) -> Moment:
    """How late it begins counts for the one after it, up to a whole lap."""
    return moment._replace(laps=(*moment.laps[:-1], min(moment.laps[-1] - every, every)))


def _waits(move: Move, moment: Moment) -> Iterator[Moment | None]:
    if move.clock and moment.week is not None:
        yield _after(moment, min((day - moment.week) % A_WEEK for day in _days(move.clock)))
    elif move.clock:
        late = NO_TIME if moment.age is not None else A_WEEK if move.clock.days else A_DAY
        yield from (moment._replace(week=day, laps=_grown(moment.laps, late)) for day in _days(move.clock))
    elif moment.age is None:
        after = _after(moment, move.most)
        yield after if move.least == move.most else after and after._replace(week=None)
    else:
        yield _after(moment, move.least)


def _days(clock: LocalTime) -> list[timedelta]:
    """The times of the week at which the clock shows it."""
    at = timedelta(hours=clock.until.hour, minutes=clock.until.minute)
    return [A_DAY * WEEKDAYS.index(day) + at for day in clock.days or WEEKDAYS]
