"""What a test looks at: messages that went out, decisions about them, and effects beside them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from domain.delivery import MessageState, Verdict
from domain.links.content import left_alone, shortened
from domain.links.rewriting import host
from domain.links.shortening import Numbering, Shortener
from testkit.mistakes import unknown

WITH_PROVIDER = {MessageState.ACCEPTED, MessageState.UNKNOWN}


@dataclass(frozen=True, slots=True, eq=False)
class Message:
    """A message as the provider has it, in the person's language; equal to the name of its template.

    `state` tells of one that did not get through, which `Traveller.messages` leaves out.
    """

    template: str
    channel: str
    at: datetime
    text: str
    step: str
    locale: str
    to: str
    pass_number: int = 1
    subject: str | None = None
    html: str | None = None
    title: str | None = None  # of a notification, and the link that it opens
    link: str | None = None
    keys: dict[str, str] | None = None  # that may be pressed during a call, and what each says
    state: str = MessageState.ACCEPTED
    reason: str | None = None

    @property
    def links(self) -> list[str]:
        """The addresses in it whose clicks are counted, in the order of their numbers."""
        content = {"text": self.text, "html": self.html, "link": self.link}
        found = Numbering(Shortener("https://links.invalid", b""), "", left_alone(content, ()))
        shortened(content, self.channel, found)
        return list(found.found)

    def link_with(self, part: str | None) -> tuple[int, str] | None:
        """The number and the host of the first link, or of that with this in its address. Raises NotFound."""
        found = [(number, host(one)) for number, one in enumerate(self.links, 1) if (part or "") in one]
        if part and not found:
            raise unknown(f"counted link in {self.template} with", part, self.links)
        return found[0] if found else None

    def __eq__(self, other: object) -> bool:
        """`messages == ["welcome"]` reads best; another message is the same if all of it is."""
        if isinstance(other, str):
            return self.template == other
        return isinstance(other, Message) and self._all() == other._all()

    def __hash__(self) -> int:
        return hash(self.template)

    def __repr__(self) -> str:
        return f"{self.template!r}"

    def _all(self) -> tuple[object, ...]:
        return tuple(getattr(self, name) for name in self.__slots__)


class Messages(list[Message]):
    """Messages in the order in which they went out: equal to a list of messages, or of names of templates."""

    def __eq__(self, other: object) -> bool:
        """That of a list, written down for type checkers: names and messages are meant to be compared."""
        return super().__eq__(other)


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether a step's message might go out on a channel, with the rule that said so and what the rule looked at.

    `channel` is None when there was not even one to try.
    """

    step: str
    channel: str | None
    verdict: str
    rule: str
    at: datetime
    pass_number: int = 1
    inputs: dict[str, Any] = field(default_factory=dict)
    until: datetime | None = None  # when a message that is held is decided on again

    @property
    def allowed(self) -> bool:
        """Whether it might."""
        return self.verdict == Verdict.ALLOWED

    def __str__(self) -> str:
        where = f" by {self.channel}" if self.channel else ""
        return f"{self.step}: {self.verdict}{where}, {self.rule}"


@dataclass(frozen=True, slots=True)
class Effect:
    """What a `set`, `emit`, `enter` or `verify` step did: `values` set or sent along, `name` of what it is about."""

    step: str
    kind: str
    at: datetime
    name: str = ""
    key: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    pass_number: int = 1

    def __str__(self) -> str:
        values = ", ".join(f"{name}={value!r}" for name, value in self.values.items())
        return f"{self.kind} {self.name}{f' for {self.key}' if self.key else ''}{f' ({values})' if values else ''}"


Seen = Decision | Message | Effect


def newest(history: Iterable[Seen], step: str, channel: str | None = None) -> Message:
    """The last message of a step that a provider has, or may have; on a channel, where it went by several.

    Raises NotFound, naming those that there are.
    """
    sent = [one for one in history if isinstance(one, Message) and one.state in WITH_PROVIDER]
    found = [one for one in sent if one.step == step]
    if not found:
        raise unknown("message of a step", step, {one.step for one in sent})
    if channel and channel not in (there := {one.channel: one for one in found}):
        raise unknown(f"message of {step} by", channel, there)
    return [one for one in found if channel in (None, one.channel)][-1]
