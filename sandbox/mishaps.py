"""What can go wrong with webhooks, switched on like faults: late, doubled, reordered, badly signed, lost, bad news."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from sandbox.kinds import KINDS
from sandbox.switches import Active, Switch, Switches

AGAIN_AFTER = 0.2  # seconds between a webhook and its double


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that a provider is about to tell, so many seconds from now."""

    after: float
    what: str
    content: dict[str, Any] = field(default_factory=dict)
    signed: bool = True


class Mishap(Switch):
    """One mishap: whose webhooks it is meant for, how often it strikes, and what it does to them."""

    of: Literal["receipts", "answers"] = "receipts"
    effect: Literal["late", "doubled", "reordered", "badly_signed", "lost", "failed"]
    delay: float = Field(5.0, gt=0, le=86_400, description="seconds, of `late`")
    status: (  # of `failed`
        Literal["undelivered", "failed", "bounce", "blocked", "dropped", "busy", "no-answer", "canceled"] | None
    ) = None
    error_code: int | None = Field(None, description="Twilio's own code, such as 30005, of `failed`")

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if (self.status or self.error_code) and self.effect != "failed":
            raise ValueError("status and error_code are of the effect `failed`")
        if self.effect == "failed" and self.of == "answers":
            raise ValueError("answers do not fail; they may be late, doubled, badly signed or lost")
        if self.status and self.channel and not self._fits(self.channel):
            raise ValueError(
                f"{self.status} is not of {self.channel}, which ends {', '.join(KINDS[self.channel].endings)}"
            )
        return self

    def is_about(self, of: str, channel: str, address: str) -> bool:
        """Whether it is meant for such a webhook."""
        return self.of == of and self._fits(channel) and self.is_for(channel, address)

    def ending(self, channel: str) -> tuple[str, int | None]:
        """What a message ends as, with Twilio's code."""
        kind = KINDS[channel]
        return self.status or kind.endings[0], self.error_code or kind.code

    def changed(self, told: list[Told]) -> list[Told]:
        """The webhooks of one message, as this makes them come."""
        match self.effect:
            case "late":
                return [replace(one, after=one.after + self.delay) for one in told]
            case "doubled":
                return [*told, *(replace(one, after=one.after + AGAIN_AFTER) for one in told)]
            case "reordered":
                return [replace(one, after=other.after) for one, other in zip(reversed(told), told, strict=True)]
            case "badly_signed":
                return [replace(one, signed=False) for one in told]
            case "lost":
                return []
            case _:
                return told

    def _fits(self, channel: str) -> bool:
        endings = KINDS[channel].endings
        return self.status in endings if self.status else self.effect != "failed" or bool(endings)


class ActiveMishap(Mishap, Active):
    """A mishap that is switched on, with what it has done so far."""


class Mishaps(Switches[ActiveMishap]):
    """The mishaps that are on."""

    def __init__(self) -> None:
        super().__init__(ActiveMishap)

    def ending(self, channel: str, to: str) -> tuple[str, int | None] | None:
        """What a message ends as instead of delivered, if one strikes it."""
        struck = self.striking(lambda one: one.effect == "failed" and one.is_about("receipts", channel, to))
        return next((one.ending(channel) for one in struck), None)

    def changed(self, told: Iterable[Told], of: str, channel: str, address: str) -> list[Told]:
        """What becomes of the webhooks about one message."""
        changed = list(told)
        for one in self.striking(lambda one: one.effect != "failed" and one.is_about(of, channel, address)):
            changed = one.changed(changed)
        return changed
