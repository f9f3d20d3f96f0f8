"""How the preference centre looks."""

from dataclasses import dataclass
from html import escape
from itertools import groupby
from zoneinfo import ZoneInfo

from babel.dates import format_date

from api.channel_words import CHANNELS
from api.pages import button, filled, form, heading, status
from api.preference_words import WORDS, Words, language_of
from client.preferences import Act, Centre
from domain.delivery import ChannelName
from domain.errors import BadInput
from domain.identifiers import zone
from domain.links.scope import TRACKING
from domain.preferences.centre import Switch
from domain.preferences.topics import Topics
from domain.templates.catalogue import fallback

UTC = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class View:
    """A person's centre in their language."""

    centre: Centre
    topics: Topics
    product: str

    @property
    def language(self) -> str:
        """The one of the words."""
        return language_of(self.centre.locale)

    @property
    def words(self) -> Words:
        """The words."""
        return WORDS[self.language]

    @property
    def topic(self) -> str:
        """What the message was about."""
        return self.label(self.centre.topic)

    def label(self, topic: str) -> str:
        """How a topic is called."""
        if topic == TRACKING:
            return self.words.links
        return self.topics.label(topic, fallback(self.centre.locale, self.language))

    def say(self, words: str) -> str:
        """Words as HTML, with what they name."""
        return filled(words, product=self.product, topic=self.topic, date=self._date())

    def title(self, done: str = "") -> str:
        """As tabs and screen readers call the page: what was done stands first."""
        return f"{self._told(done)} {self.words.title.format(product=self.product)}".strip()

    def body(self, done: str) -> str:
        """The whole page; `done` is what has just been done on it."""
        words, shown = self.words, self.centre
        forms = [form(*map(self._topic, _by_topic(shown)), _was(shown), button(words.save, Act.SAVE))]
        forms.append(form(*self._others()))
        parts = [heading(self.say(words.title)), f"<p>{self.say(words.intro)}</p>", self._status(done)]
        return "".join([*parts, *forms, f"<p><small>{self.say(words.still)}</small></p>"])

    def _status(self, done: str) -> str:
        """What was done, and what holds."""
        words, shown = self.words, self.centre
        holds = words.left if shown.left else words.paused if shown.paused_until else ""
        told = " ".join(filter(None, [self._told(done), self.say(holds)]))
        return status(told, fresh=bool(done)) if told else ""

    def _told(self, done: str) -> str:
        """What was done, unless it holds no more, or what holds says it already."""
        words, shown = self.words, self.centre
        told = {Act.SAVE: words.saved}
        if not shown.left:
            told |= {Act.RETURN: words.returned} | ({} if shown.paused_until else {Act.RESUME: words.resumed})
        return told.get(Act(done), "") if done in set(Act) else ""

    def _others(self) -> list[str]:
        words = self.words
        if self.centre.left:
            return [button(words.come_back, Act.RETURN)]
        rest = (words.resume, Act.RESUME) if self.centre.paused_until else (words.pause, Act.PAUSE)
        return [button(*rest, quiet=True), button(words.leave, Act.LEAVE, quiet=True)]

    def _topic(self, found: tuple[str, list[Switch]]) -> str:
        topic, switches = found
        rows = "".join(map(self._switch, switches))
        return f"<fieldset><legend>{filled('{topic}', topic=self.label(topic))}</legend>{rows}</fieldset>"

    def _switch(self, one: Switch) -> str:
        tracking = one.topic == TRACKING
        label = self.say(self.words.measured if tracking else CHANNELS[self.language][ChannelName(one.channel)])
        note = f"<small>{escape(self.words.fixed)}</small>" if one.fixed else ""
        marks = (" checked" if one.on else "") + (" disabled" if one.fixed else "")
        box = f'<input type="checkbox" role="switch" name="on" value="{escape(one.name)}"{marks}>'
        return f"<label><span>{label}{note}</span>{box}</label>"

    def _date(self) -> str:
        until = self.centre.paused_until
        if until is None:
            return ""
        try:
            local = until.astimezone(zone(self.centre.zone) if self.centre.zone else UTC)
        except BadInput:
            local = until
        return format_date(local, "long", locale=self.language)


def _by_topic(shown: Centre) -> list[tuple[str, list[Switch]]]:
    return [(topic, list(ones)) for topic, ones in groupby(shown.switches, key=lambda one: one.topic)]


def _was(shown: Centre) -> str:
    """What was on when the page was made: only what is turned against that is a wish."""
    names = [one.name for one in shown.switches if one.on]
    return "".join(f'<input type="hidden" name="was" value="{escape(name)}">' for name in names)
