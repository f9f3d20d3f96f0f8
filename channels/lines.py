"""What the settings make of the registry's lines: which provider has a channel, and which variable is missing."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from pydantic import SecretStr

from channels.protocol import Channel
from domain.errors import Misconfigured

Values = Mapping[str, str]  # by variable, "" when unset


class ChannelSettings(Protocol):
    """The settings that channels need: these, and a field for each variable of a line, such as `sms_from` for
    HOMING_SMS_FROM. runtime.settings.Settings has them."""

    @property
    def sandbox_url(self) -> str | None: ...
    @property
    def public_url(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Line:
    """One provider of a channel, which has it when all its variables are set."""

    channel: str
    provider: str
    account: tuple[str, ...]
    sender: str | None
    make: "Callable[[Given], Channel]"

    @property
    def needs(self) -> tuple[str, ...]:
        """All its variables."""
        return (*self.account, self.sender) if self.sender else self.account

    @property
    def switch(self) -> str:
        """The variable that chooses among several providers of its channel."""
        return f"HOMING_{self.channel.upper()}_PROVIDER"

    def missing(self, values: Values) -> list[str]:
        """Its variables that are not set."""
        return [name for name in self.needs if not values[name]]


@dataclass(frozen=True, slots=True)
class Given:
    """What a channel is made of: the variables of its line, and what all lines share."""

    line: Line
    values: Values = field(repr=False)
    sandbox_url: str | None
    public_url: str | None

    @property
    def account(self) -> tuple[str, ...]:
        """The account's variables, in their order."""
        return tuple(self.values[name] for name in self.line.account)

    @property
    def sender(self) -> str:
        """Who the messages are from."""
        return self.values[str(self.line.sender)]


def values(lines: Iterable[Line], settings: ChannelSettings, fallback: Values) -> Values:
    """The settings that the lines ask for, their gaps filled."""
    needed = {name: _value(settings, name) or fallback.get(name, "") for line in lines for name in line.needs}
    return needed | {switch: _value(settings, switch) for switch in _switches(lines)}


def chosen(lines: Sequence[Line], values: Values) -> list[Line]:
    """The line of each channel that is configured. Raises Misconfigured where several are and nobody has chosen."""
    found = [_choose([line for line in lines if line.channel == channel], values) for channel in _channels(lines)]
    return [line for line in found if line]


def leftovers(lines: Sequence[Line], chosen: Sequence[Line], values: Values) -> str | None:
    """What is wrong with a variable that is set and that no channel has a use for, None if each has one."""
    used = {name for line in chosen for name in line.needs}
    switched = {line.channel for line in lines if values.get(line.switch)}
    for name in dict.fromkeys(name for line in lines for name in line.needs):
        waiting = [line.missing(values) for line in lines if name in line.needs and line.channel not in switched]
        if values[name] and name not in used and waiting:
            return f"set {_either(waiting)} as well, or unset {name}"
    return None


def _choose(lines: Sequence[Line], values: Values) -> Line | None:
    switch = lines[0].switch
    if name := values.get(switch):
        return _named(lines, name, values)
    complete = [line for line in lines if not line.missing(values)]
    if len(complete) > 1:
        names = " or ".join(line.provider for line in complete)
        raise Misconfigured(f"several providers are configured for {lines[0].channel}: set {switch} to {names}")
    return complete[0] if complete else None


def _named(lines: Sequence[Line], name: str, values: Values) -> Line:
    for line in lines:
        if line.provider == name:
            if missing := line.missing(values):
                raise Misconfigured(f"set {' and '.join(missing)} as well, or unset {line.switch}")
            return line
    names = " or ".join(line.provider for line in lines)
    raise Misconfigured(f"{lines[0].switch} must be {names}")


def _either(waiting: Sequence[Sequence[str]]) -> str:
    """What every one of several lines waits for, and one of what they wait for beyond that."""
    common = [name for name in waiting[0] if all(name in missing for missing in waiting)]
    ways = [" and ".join(name for name in missing if name not in common) for missing in waiting]
    return " and ".join([*common, *([" or ".join(dict.fromkeys(ways))] if all(ways) else [])])


def _channels(lines: Sequence[Line]) -> list[str]:
    return list(dict.fromkeys(line.channel for line in lines))


def _switches(lines: Iterable[Line]) -> set[str]:
    """Of the channels that several providers have."""
    switches = [line.switch for line in lines]
    return {switch for switch in switches if switches.count(switch) > 1}


def _value(settings: ChannelSettings, variable: str) -> str:
    value = getattr(settings, variable.removeprefix("HOMING_").lower())
    return (value.get_secret_value() if isinstance(value, SecretStr) else value) or ""
