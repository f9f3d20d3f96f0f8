"""What is doubtful about the templates of a folder, beyond what does not parse: all at once, with file and line."""

import difflib
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from domain.delivery import ChannelName
from domain.shown import shown
from domain.templates import approved
from domain.templates.catalogue import LINK, RenderError, Templates, fallback
from domain.templates.folder import Folder, Shelf, Words, look
from domain.templates.pressing import keys_of
from domain.templates.rendered import Rendered
from domain.templates.segments import segments
from domain.templates.telling import CODE, KNOWN, OF_CODES, OF_LAYOUTS, SAMPLE, sample_of, told
from domain.templates.text import Broken
from domain.yaml_source import Problem

MOST_SEGMENTS = 2
# What is shown of a notification by Chrome and Android, and of a subject by Gmail; the rest is cut.
SHOWN = {"title": 50, "text": 150, "subject": 78}
UNSAFE = re.compile(r"http://(?!localhost|127\.0\.0\.1)[^\s\"'<]*|(?<=[\"'])\s*(?:javascript|data):", re.IGNORECASE)
ATTRIBUTE = re.compile(r"user\.attributes\.(\w+)")
PRODUCT = {"name": "Homing", "url": "https://homing.example", "address": "1 Main Street, Springfield"}
LINKS = {"unsubscribe": "https://homing.example/u/1", "preferences": "https://homing.example/p/1"}
MOMENT = datetime(2026, 5, 1, 12, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Findings:
    """Errors let nothing be sent with these templates, warnings do."""

    errors: list[Problem]
    warnings: list[Problem]


def examine(
    sources: Mapping[str, str],
    default_locale: str,
    attributes: Collection[str] | None = None,
    most_segments: int = MOST_SEGMENTS,
) -> Findings:
    """Look at all files. `attributes` are those that people have, None if nobody was asked."""
    folder = look(sources)
    errors, warnings = list(folder.problems), [*_lacking(folder.shelf), *_strange_in_frame(folder, attributes)]
    warnings += _keys_apart(folder.shelf)
    templates, broken = Templates.of(folder, default_locale), {problem.file for problem in folder.problems}
    for name, channel, locale, words in _all_words(folder):
        warnings += [*_strange(name, words, attributes), *_unsafe(words)]
        if f"{name}/{locale}.yaml" not in broken:
            try:
                warnings += _too_long(templates, name, channel, locale, words, most_segments)
            except RenderError as error:
                errors += [error.__cause__.problem] if isinstance(error.__cause__, Broken) else []
    return Findings(_sorted(errors), _sorted(warnings))


def _all_words(folder: Folder) -> Iterator[tuple[str, str, str, Words]]:
    for name, by_channel in folder.shelf.items():
        for channel, by_locale in by_channel.items():
            for locale, words in by_locale.items():
                yield name, channel, locale, words


def _lacking(shelf: Shelf) -> Iterator[Problem]:
    """Locales of a channel, and of a template, that others have and for which people would get the default."""
    everywhere = {locale for by_channel in shelf.values() for its in by_channel.values() for locale in its}
    for name, by_channel in shelf.items():
        own = {locale for its in by_channel.values() for locale in its}
        for locale in sorted(everywhere - own):
            if not set(fallback(locale, locale)) & own:
                yield Problem(f"{name}/{locale}.yaml", 1, f"is missing; other templates have words in {locale}")
        for channel, its in sorted(by_channel.items()):
            for locale in sorted(own - its.keys()):
                if not set(fallback(locale, locale)) & its.keys():
                    others = f"which {name} has in {', '.join(sorted(its))}"
                    yield Problem(f"{name}/{locale}.yaml", 1, f"has no {channel}, {others}")


def _keys_apart(shelf: Shelf) -> Iterator[Problem]:
    """Calls in which a key says something else than in another language: journeys look at what it says."""
    for name, by_channel in shelf.items():
        first, *others = by_channel.get(ChannelName.VOICE, {"": {}}).items()
        for locale, words in others:
            if "text" in words and keys_of(words) != keys_of(first[1]):
                problem = f"the keys of voice say something else than in {first[0]}"
                yield Problem(f"{name}/{locale}.yaml", words["text"].piece.line, problem)


def _strange(name: str, words: Words, attributes: Collection[str] | None) -> Iterator[Problem]:
    """Variables that nobody knows, and attributes that nobody has."""
    known = {**KNOWN, **(OF_CODES if name == CODE else {}), **approved.known(words)}
    yield from _unknown(words, known, attributes)


def _strange_in_frame(folder: Folder, attributes: Collection[str] | None) -> Iterator[Problem]:
    if folder.frame:
        yield from _unknown({"": folder.frame}, {**KNOWN, **OF_LAYOUTS}, attributes)
        yield from _unsafe({"": folder.frame})


def _unknown(
    words: Words, known: Mapping[str, Collection[str] | None], attributes: Collection[str] | None
) -> Iterator[Problem]:
    for text in words.values():
        for path, index in text.places():
            root, _, rest = path.partition(".")
            part = re.split(r"[.\[]", rest)[0]
            parts = known.get(root)
            if root not in known or (parts is not None and part and part not in parts):
                yield text.piece.problem(f"{_nobody_knows(path, root, known)}", index)
            elif attributes is not None and (found := ATTRIBUTE.match(path)) and found[1] not in attributes:
                message = f"nobody has an attribute {found[1]}; is that how your services send it?"
                yield text.piece.problem(message, index)


def _nobody_knows(path: str, root: str, known: Mapping[str, Collection[str] | None]) -> str:
    if root not in known:
        near = difflib.get_close_matches(root, known, n=1)
        hint = near[0] if near else f"user.attributes.{path}"
    else:
        hint = " or ".join(f"{root}.{part}" for part in sorted(known[root] or ()))
    return f"nobody knows {path}; do you mean {hint}?"


def _unsafe(words: Words) -> Iterator[Problem]:
    for text in words.values():
        for found in UNSAFE.finditer(text.piece.text):
            yield text.piece.problem(f"{found[0].strip()} is no https link", found.start())
    if "link" in words and (link := words["link"].piece.text.strip()) and not ("{" in link or LINK.match(link)):
        yield words["link"].piece.problem(f"{shown(link)} leads nowhere: write an https address, or a page as /start")


def _too_long(
    templates: Templates, name: str, channel: str, locale: str, words: Words, most_segments: int
) -> Iterator[Problem]:
    message = templates.render(name, channel, locale, _context(words, name, channel))
    if channel == ChannelName.SMS:
        cut = segments(message.text)
        if len(cut.parts) > most_segments:
            why = f", because of {' '.join(cut.forcing)}" if cut.forcing else ""
            yield words["text"].piece.problem(f"is {len(cut.parts)} SMS in {cut.encoding}{why}")
    for field, length in _shown(channel, message).items():
        if length > SHOWN[field]:
            many = f"the {field} of {channel} has {length} characters, of which {SHOWN[field]} are shown"
            yield words[field].piece.problem(many)


def _shown(channel: str, message: Rendered) -> dict[str, int]:
    if channel == ChannelName.PUSH:
        return {"title": len(message.title or ""), "text": len(message.text)}
    return {"subject": len(message.subject)} if message.subject else {}


def _context(words: Words, name: str, channel: str) -> dict[str, Any]:
    paths = [path for text in words.values() for path in text.variables()]
    attributes = {found[1]: found[1] for path in paths if (found := ATTRIBUTE.fullmatch(path))}
    attributes["first_name"] = SAMPLE["first_name"]
    context = told("u-1", attributes, PRODUCT, MOMENT, journey="onboarding", links=LINKS)
    return {**context, **sample_of(name, channel)}


def _sorted(problems: list[Problem]) -> list[Problem]:
    return sorted(dict.fromkeys(problems), key=lambda problem: (problem.file, problem.line, problem.message))
