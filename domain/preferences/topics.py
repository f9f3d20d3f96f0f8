"""How topics are called on pages, from `topics.yaml` beside the templates: a mapping of topic to locale to words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from domain.yaml_source import Problem, read

FILE = "topics.yaml"


@dataclass(frozen=True, slots=True)
class Topics:
    """The words for each topic by locale."""

    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def label(self, topic: str, locales: Sequence[str]) -> str:
        """In the first of these locales that there is; without any, the topic's own name made readable.

        >>> Topics().label("first_steps", ["en"])
        'First steps'
        """
        known = self.words.get(topic, {})
        plain = topic.replace("_", " ").replace("-", " ")
        return next((known[locale] for locale in locales if locale in known), plain[:1].upper() + plain[1:])


def read_topics(text: str, problems: list[Problem]) -> Topics:
    """The words of the file; what is wrong with it is added to `problems`."""
    source = read(text, FILE)
    problems += source.problems
    data = source.data if isinstance(source.data, dict) else {}
    if source.data is not None and not isinstance(source.data, dict):
        problems.append(Problem(FILE, 1, "must map each topic to its words by locale"))
    words = {str(topic): by_locale for topic, by_locale in data.items() if _is_words(by_locale)}
    for topic in data.keys() - words.keys():
        problems.append(Problem(FILE, source.line((topic,)), f"{topic} must map locales to words"))
    return Topics(words)


def _is_words(given: object) -> bool:
    return isinstance(given, dict) and all(
        isinstance(one, str) and one.strip() for pair in given.items() for one in pair
    )
