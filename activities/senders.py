"""The senders of this deployment: their keys, and the rates that are set for them."""

from collections.abc import Collection

from channels.protocol import Channel
from domain import rates
from domain.errors import BadInput, Misconfigured
from domain.rates import Rates
from models import senders
from models.database import Database


def key_of(channel: Channel) -> str:
    """The key of a channel's sender."""
    return f"{channel.provider}/{channel.name}/{channel.sender}"


def read_rates(text: str, channels: Collection[Channel]) -> Rates:
    """The rates of HOMING_RATES. Raises Misconfigured for a name that is nobody's here: it would limit nothing."""
    try:
        found = rates.read(text)
    except BadInput as error:
        raise Misconfigured(f"HOMING_RATES: {error}") from error
    names = {name for channel in channels for name in (channel.name, channel.provider)}
    if unknown := found.keys() - names:
        known = ", ".join(sorted(names))
        raise Misconfigured(f"HOMING_RATES names {', '.join(sorted(unknown))}; the channels and providers are {known}")
    return found


def register(database: Database, channels: Collection[Channel], given: Rates) -> None:
    """Put this deployment's senders on record, with the rates that are kept to."""
    rows = {key_of(channel): given.get(channel.name) for channel in channels}
    rows |= {channel.provider: given[channel.provider] for channel in channels if channel.provider in given}
    with database.session() as session:
        senders.register(session, {key: str(rate or "") for key, rate in rows.items()})
