"""Whether there are words for what a journey sends: the templates, their channels, and the locales of each.

Looks at the raw data, so that these problems are told together with those of form.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from domain.journey import raw
from domain.journey.places import problem_at
from domain.shown import shown
from domain.templates.catalogue import fallback
from domain.yaml_source import Path, Problem, Source

Written = Mapping[str, Iterable[str]]  # the channels that each template has words for
Words = Mapping[str, Mapping[str, Collection[str]]]  # and the locales of each channel
CODE = "code"  # prints a one-time code, which only a verification knows


def check_templates(source: Source, written: Written) -> list[Problem]:
    """Templates that do not exist, and channels that they have no words for."""
    return [
        problem_at(source, (*path, "send"), message)
        for path, step in _sends(source)
        if (message := _template_problem(step, written))
    ]


def lacking_locales(source: Source, words: Words) -> list[Problem]:
    """Channels of templates that lack a locale which other words of the same journey are in."""
    used = {step["send"]: words[step["send"]] for _, step in _sends(source) if step["send"] in words}
    wanted = sorted({locale for by_channel in used.values() for locales in by_channel.values() for locale in locales})
    return [
        problem_at(source, (*path, "send"), message)
        for path, step in _sends(source)
        for message in _lacks(step, used.get(step["send"], {}), wanted)
    ]


def _sends(source: Source) -> list[tuple[Path, raw.Raw]]:
    return [(path, step) for path, step in raw.steps(source.data) if isinstance(step.get("send"), str)]


def _template_problem(step: raw.Raw, written: Written) -> str | None:
    name = step["send"]
    if name == CODE:
        return f"template {shown(name)} is for one-time codes, which verifications send and no journey knows"
    if name not in written:
        return f"template {shown(name)} does not exist; there are: {', '.join(sorted(written)) or 'none'}"
    missing = [channel for channel in _via(step) if channel not in set(written[name])]
    return f"template {shown(name)} has no text for {', '.join(missing)}" if missing else None


def _lacks(step: raw.Raw, by_channel: Mapping[str, Collection[str]], wanted: Iterable[str]) -> Iterable[str]:
    for channel in _via(step) or by_channel:
        has = by_channel.get(channel, ())
        missing = [locale for locale in wanted if has and not set(fallback(locale, locale)) & set(has)]
        if missing:
            others = "which others of this journey have; people get the default locale"
            yield f"template {shown(step['send'])} has no {channel} text in {', '.join(missing)}, {others}"


def _via(step: raw.Raw) -> list[str]:
    """The channels that a step orders; none for the preferred ones, for which there is no telling."""
    via: Any = step.get("via")
    named = via if isinstance(via, list) else [via]
    return [channel for channel in named if isinstance(channel, str) and channel != "preferred"]
