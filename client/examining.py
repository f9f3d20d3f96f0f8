"""Journey files looked at together: all that is wrong with any of them, and all that is doubtful."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from domain.journey.checking.company import Company, circles, strangers
from domain.journey.checking.doubts import doubts, unheard, unsent
from domain.journey.checking.wording import Words, check_templates, lacking_locales
from domain.journey.fallback import Unheard
from domain.journey.file import Examined, JourneyProblems, examine, in_order
from domain.journey.language import Journey
from domain.journey.places import paths_of_steps, problem_at
from domain.shown import shown
from domain.templates import Templates
from domain.yaml_source import MAX_CHARACTERS, Problem, Source

MOST_A_WEEK = 7  # messages to one person, unless a deployment sets another limit


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What journeys are checked against; None for what nobody could be asked."""

    templates: Templates
    most_a_week: int = MOST_A_WEEK
    published: Company | None = None  # the newest version of each journey
    attributes: Collection[str] | None = None  # those that people have
    unheard: Unheard = field(default_factory=dict)  # receipts that do not come to this deployment


@dataclass(frozen=True, slots=True)
class Findings:
    """The journeys that could be read; errors let none of them be published, warnings do."""

    journeys: list[Journey]
    errors: list[Problem]
    warnings: list[Problem]


def examine_files(files: Sequence[Path], around: Surroundings) -> Findings:
    """Look at all files. Nothing is raised."""
    examined = [_examine(file) for file in dict.fromkeys(files)]
    company = {**(around.published or {}), **{one.journey.journey: one.journey for one in examined if one.journey}}
    errors = [problem for one in examined for problem in in_order([*one.problems, *_errors(one, around, company)])]
    warnings = [problem for one in examined for problem in in_order(list(_warnings(one, around, company)))]
    journeys = [one.journey for one in examined if one.journey]
    return Findings(journeys, [*errors, *_given_twice(examined)], warnings)


def read_text(file: Path) -> str:
    """The text of a journey file. Raises JourneyProblems if it is none."""
    try:
        with file.open(encoding="utf-8") as stream:
            return stream.read(MAX_CHARACTERS + 1)  # one more than allowed is enough to refuse it
    except (OSError, UnicodeDecodeError) as error:
        raise JourneyProblems([Problem(str(file), 1, f"cannot be read as UTF-8 text: {error}")]) from error


def _examine(file: Path) -> Examined:
    try:
        return examine(read_text(file), str(file))
    except JourneyProblems as error:
        return Examined(Source(str(file)), None, error.problems)


def _errors(one: Examined, around: Surroundings, company: Company) -> Iterator[Problem]:
    yield from check_templates(one.source, _words(around.templates))
    if one.journey is None:
        return
    paths = paths_of_steps(one.source)
    for circle in circles(one.journey, company):
        round_trip = f"people go round here for ever, without a wait: {circle}; put a wait in between"
        alone = "enters the journey that it is in, where the person already is"
        yield problem_at(one.source, paths[circle.step], alone if len(circle.names) == 2 else round_trip)
    if around.published is not None:
        there = ", ".join(sorted(company))
        yield from _unknown(one.journey, one.source, company, f"does not exist; there are: {there}")


def _warnings(one: Examined, around: Surroundings, company: Company) -> Iterator[Problem]:
    if one.journey is None:
        return
    yield from doubts(one.journey, one.source, around.most_a_week)
    yield from lacking_locales(one.source, _words(around.templates))
    yield from unheard(one.journey, one.source, around.unheard)
    if around.attributes is not None:
        yield from unsent(one.journey, one.source, around.attributes)
    if around.published is None:
        said = "is not in these files; `--database` looks for published ones"
        yield from _unknown(one.journey, one.source, company, said)


def _unknown(journey: Journey, source: Source, company: Company, said: str) -> list[Problem]:
    paths = paths_of_steps(source)
    return [
        problem_at(source, (*paths[step.id], "enter"), f"journey {shown(step.enter)} {said}")
        for step in strangers(journey, company)
    ]


def _given_twice(examined: Sequence[Examined]) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    for one in examined:
        if one.journey and (other := seen.setdefault(one.journey.journey, one.source.file)) != one.source.file:
            message = f"journey {one.journey.journey!r} is in {other} as well"
            yield problem_at(one.source, ("journey",), message)


def _words(templates: Templates) -> Words:
    names = {name: templates.channels(name) for name in templates.names()}
    return {name: {channel: templates.locales(name, channel) for channel in its} for name, its in names.items()}
