"""All templates of a deployment: which exist, which locale a person gets, and what their message says.

`{name}/{locale}.yaml` holds the words of one template in one locale, a block per channel; `layouts/email.html.liquid`
is the frame around the HTML of every mail and prints `content` where the mail goes.
"""

import difflib
import re
from collections.abc import Mapping
from html import escape
from typing import Any, Self

from liquid import Markup

from domain.delivery import ChannelName
from domain.errors import BadInput, NotFound
from domain.identifiers import check_locale
from domain.templates import approved, pressing
from domain.templates.folder import Folder, Shelf, Words, read_folder
from domain.templates.plain import plain
from domain.templates.rendered import Rendered, excess
from domain.templates.text import Broken, Text
from domain.templates.values import present, shortened

# Line breaks would add mail headers; the invisible marks that turn the direction of text would disguise the rest.
UNSAFE_IN_LINE = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]+")


# What a notification may open: an address of the web, or a page of the site that it is on.
LINK = re.compile(r"https?://[^\s/]|/(?![/\\])", re.IGNORECASE)


class TemplateMissing(NotFound):
    """There is no text for this name, channel and locale."""


class RenderError(BadInput):
    """A template failed with a person's values, or ran into a limit."""


class Templates:
    """The templates of one folder, parsed. Immutable, so threads may share it."""

    def __init__(self, shelf: Shelf, frame: Text | None, default_locale: str) -> None:
        self._shelf = shelf
        self._frame = frame
        self._default_locale = default_locale

    @classmethod
    def parse(cls, sources: Mapping[str, str], default_locale: str) -> Self:
        """Parse every file of the folder. Raises BadInput with a line "file:line: what is wrong" for each problem."""
        return cls.of(read_folder(sources), default_locale)

    @classmethod
    def of(cls, folder: Folder, default_locale: str) -> Self:
        """The templates of a folder that was looked at, perhaps with problems."""
        return cls(folder.shelf, folder.frame, check_locale(default_locale))

    def names(self) -> tuple[str, ...]:
        """The templates there are, sorted."""
        return tuple(sorted(self._shelf))

    def channels(self, name: str) -> tuple[str, ...]:
        """The channels a template has words for in any locale. Raises TemplateMissing for an unknown name."""
        return tuple(sorted(self._channels(name)))

    def locales(self, name: str, channel: str) -> tuple[str, ...]:
        """The locales with words for a channel, perhaps none. Raises TemplateMissing for an unknown name."""
        return tuple(sorted(self._channels(name).get(channel, {})))

    def variables(self, name: str) -> frozenset[str]:
        """The paths a template reads from the context in any locale, such as user.attributes.first_name."""
        locales = [words for by_locale in self._channels(name).values() for words in by_locale.values()]
        found = frozenset[str]().union(*(text.variables() for words in locales for text in words.values()))
        return frozenset(path for path in found if not path.startswith(f"{approved.NAMES}."))

    def render(self, name: str, channel: str, locale: str, context: Mapping[str, Any]) -> Rendered:
        """The message for one person, in their locale or the nearest there is: pt-BR, then pt, then the default.

        `locale` is a tag as `check_locale` gives it. `context` holds user, product, journey, now (aware), zone (an IANA
        name or tzinfo; UTC without) and links; a value that is missing, None or blank is missing.
        Raises TemplateMissing when no locale will do and RenderError when the template fails.
        """
        chosen, words = self._choose(name, channel, locale)
        values = {**present(context), "locale": chosen}
        try:
            return self._fitting(words, channel, values, chosen)
        except Broken:  # for one whose name is a novel it is the same message without the name
            values = shortened(values)
        try:
            return self._fitting(words, channel, values, chosen)
        except Broken as error:
            raise RenderError(f"template {name} ({channel}, {chosen}) cannot be rendered: {error}") from error

    def _fitting(self, words: Words, channel: str, values: dict[str, Any], locale: str) -> Rendered:
        message = self._filled(words, channel, values, locale)
        if problem := excess(channel, message):
            raise Broken(words["subject" if channel == ChannelName.EMAIL else "text"].piece.problem(problem))
        return message

    def _filled(self, words: Words, channel: str, values: dict[str, Any], locale: str) -> Rendered:
        if channel == ChannelName.EMAIL:
            return self._mail(words, values, locale)
        if channel == ChannelName.WHATSAPP:
            return _approved(words, values, locale)
        text, link = words["text"].render(values).strip(), _line(words, "link", values)
        safe = link if link and LINK.match(link) else None
        return Rendered(text, locale, title=_line(words, "title", values), link=safe, keys=pressing.keys_of(words))

    def locale(self, name: str, channel: str, locale: str) -> str | None:
        """Whose words a person of this locale gets, None if there are none. Raises TemplateMissing for the name."""
        by_locale = self._channels(name).get(channel, {})
        return next((one for one in fallback(locale, self._default_locale) if one in by_locale), None)

    def _mail(self, words: Words, values: dict[str, Any], locale: str) -> Rendered:
        subject = _line(words, "subject", values) or ""
        html = self._framed(words["html"].render(values), subject, values)
        if "text" not in words:
            return Rendered(plain(html), locale, subject, html)
        # Plain text of its own goes through the frame as well, for the footer with its way out.
        text = self._framed(f"<pre>{escape(words['text'].render(values).strip())}</pre>", subject, values)
        return Rendered(plain(text), locale, subject, html)

    def _framed(self, body: str, subject: str, values: dict[str, Any]) -> str:
        if self._frame is None:
            return body
        return self._frame.render({**values, "content": Markup(body), "subject": subject})

    def _choose(self, name: str, channel: str, locale: str) -> tuple[str, Words]:
        by_locale = self._channels(name).get(channel, {})
        chain = fallback(locale, self._default_locale)
        for candidate in chain:
            if candidate in by_locale:
                return candidate, by_locale[candidate]
        raise TemplateMissing(
            f"template {name} has no {channel} text in {', '.join(chain)}; add {channel} to {name}/{chain[-1]}.yaml"
        )

    def _channels(self, name: str) -> dict[str, dict[str, Words]]:
        if name not in self._shelf:
            near = difflib.get_close_matches(name, self._shelf, n=1) or self.names()
            raise TemplateMissing(f"there is no template {name!r}; there is {', '.join(near) or 'none at all'}")
        return self._shelf[name]


def fallback(locale: str, default: str) -> tuple[str, ...]:
    """Where to look for words, nearest first. Another region's words are never taken by guess.

    >>> fallback("pt-BR", default="en")
    ('pt-BR', 'pt', 'en')
    """
    chain = []
    for tag in (locale, default):
        parts = tag.split("-")
        chain += ["-".join(parts[:length]) for length in range(len(parts), 0, -1)]
    return tuple(dict.fromkeys(chain))


def _line(words: Words, field: str, values: Mapping[str, Any]) -> str | None:
    """A field that is one line, None if there is none."""
    return UNSAFE_IN_LINE.sub(" ", words[field].render(values)).strip() or None if field in words else None


def _approved(words: Words, values: Mapping[str, Any], locale: str) -> Rendered:
    """A text for a provider that approves them: with its variables, or else with all of it as the only one."""
    fields = sorted(field for field in words if field.startswith(approved.FIELD))
    filled = {field.removeprefix(approved.FIELD): _line(words, field, values) or "" for field in fields}
    text = words["text"].render({**values, **approved.named(filled)}).strip()
    return Rendered(text, locale, content_variables=filled or {"1": UNSAFE_IN_LINE.sub(" ", text)})
