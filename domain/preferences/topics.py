"""Topics as `topics.yaml` beside the templates describes them: how pages call them, and how their messages may go.

news: {en: News, pt: Novidades}                                             # words alone
offers: {name: {en: Offers}, via: [email], cap: 2/7d, opt_in: express, quiet_hours: 20:00-09:00}
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from domain.contact.topics import READERS, TopicRules, read_rule
from domain.errors import BadInput
from domain.identifiers import SLUG, check_locale
from domain.shown import shown
from domain.yaml_source import Path, Problem, Source, read

FILE = "topics.yaml"
NAME = "name"
KEYS = (NAME, *READERS)


@dataclass(frozen=True, slots=True)
class Topics:
    """The words for each topic by locale, and the rules of those that have some."""

    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    rules: Mapping[str, TopicRules] = field(default_factory=dict)

    def label(self, topic: str, locales: Sequence[str]) -> str:
        """In the first of these locales that there is; without any, the topic's own name made readable.

        >>> Topics().label("first_steps", ["en"])
        'First steps'
        """
        known = self.words.get(topic, {})
        plain = topic.replace("_", " ").replace("-", " ")
        return next((known[locale] for locale in locales if locale in known), plain[:1].upper() + plain[1:])


def read_topics(text: str, problems: list[Problem]) -> Topics:
    """What the file says; what is wrong with it is added to `problems`."""
    source = read(text, FILE)
    problems += source.problems
    data = source.data if isinstance(source.data, dict) else {}
    if source.data is not None and not isinstance(source.data, dict):
        problems.append(Problem(FILE, 1, "must map each topic to its words by locale"))
    reader = _Reader(source, problems)
    found = {str(topic): reader.topic(str(topic), given) for topic, given in data.items()}
    rules = {topic: one for topic, (_, one) in found.items() if one != TopicRules()}
    return Topics({topic: words for topic, (words, _) in found.items() if words}, rules)


@dataclass(frozen=True, slots=True)
class _Reader:
    source: Source
    problems: list[Problem]

    def topic(self, topic: str, given: Any) -> tuple[Mapping[str, str], TopicRules]:
        """Its words and its rules."""
        if not SLUG.fullmatch(topic):
            self._note((topic,), f"{shown(topic)} is no topic; write it as journeys do, such as product-news")
        if not isinstance(given, dict) or not given.keys() & set(KEYS):
            return self._words(topic, given, (topic,)), TopicRules()
        for key in given.keys() - set(KEYS):
            self._note((topic, key), f"{topic}: {shown(key)} is not known here; there are {', '.join(KEYS)}")
        rules = {key: self._rule(topic, key, given[key]) for key in READERS if key in given}
        return self._words(topic, given[NAME], (topic, NAME)) if NAME in given else {}, TopicRules(**rules)

    def _words(self, topic: str, given: Any, place: Path) -> Mapping[str, str]:
        if not _is_words(given):
            self._note(place, f"{topic} must map locales to words")
            return {}
        for locale in given:
            self._check_locale(topic, locale, (*place, locale))
        return dict(given)

    def _check_locale(self, topic: str, locale: str, place: Path) -> None:
        """What is neither a rule nor a locale is a rule that is misspelt, and would be kept by nobody."""
        try:
            check_locale(locale)
        except BadInput:
            known = f"a locale, or one of {', '.join(KEYS)}"
            self._note(place, f"{topic}: {shown(locale)} is not known here; write {known}")

    def _rule(self, topic: str, key: str, given: Any) -> Any:
        try:
            return read_rule(key, given)
        except BadInput as error:
            self._note((topic, key), f"{topic}: {error}")
            return None

    def _note(self, place: Path, message: str) -> None:
        self.problems.append(Problem(FILE, self.source.line(place), message))


def _is_words(given: object) -> bool:
    return isinstance(given, dict) and all(
        isinstance(one, str) and one.strip() for pair in given.items() for one in pair
    )
