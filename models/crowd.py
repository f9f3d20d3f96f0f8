"""Many people at once: each function is one statement, however many they are.

Whoever changes what belongs to people holds them first, in the order of their ids: so changes of one person come one
after another, and no two transactions ever wait for each other.
"""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

DEFAULT_LOCALE = "en"
UNKNOWN_ZONE = ""  # local times are then those of the journey's zone, or UTC


@dataclass(frozen=True, slots=True)
class Place:
    """What an id stands for: `user` is itself, or the id that it was merged into."""

    user: str
    exists: bool
    identified: bool


@dataclass(slots=True)
class Known:
    """A person whom this transaction holds, as news are taken in."""

    id: str
    locale: str
    zone: str
    channels: list[str]
    attributes: dict[str, Any]
    identified: bool


LOOK = text("""
    select given.id, coalesce(aliases.user_id, given.id), people.id is not null, coalesce(people.identified, false)
    from unnest(cast(:ids as text[])) as given (id)
    left join aliases on aliases.previous_id = given.id
    left join people on people.id = coalesce(aliases.user_id, given.id)
""")
# A row that is there is locked all the same, in its turn; nothing about it is written.
CREATE = text("""
    insert into people (id, locale, zone, channels, attributes, created_at, updated_at, identified)
    select given.id, :locale, :zone, '[]', '{}', :now, :now, false
    from unnest(cast(:ids as text[])) as given (id) order by given.id
    on conflict (id) do update set updated_at = excluded.updated_at where false
    returning id
""")
HOLD = """
    select id, locale, zone, channels, attributes, identified from people
    where id = any(cast(:ids as text[])) order by id for {lock}
"""
CHANGE = text(HOLD.format(lock="no key update"))
REMOVE = text(HOLD.format(lock="update"))
SAVE = text("""
    update people
    set locale = given.locale, zone = given.zone, channels = given.channels, attributes = given.attributes,
        identified = given.identified, updated_at = :now
    from jsonb_to_recordset(cast(:rows as jsonb)) as given (
        id text, locale text, zone text, channels jsonb, attributes jsonb, identified boolean
    )
    where people.id = given.id
""")
ADDRESSES = text("select user_id, channel, address from addresses where user_id = any(cast(:ids as text[]))")
SAVE_ADDRESSES = text("""
    insert into addresses (user_id, channel, address)
    select user_id, channel, address from jsonb_to_recordset(cast(:rows as jsonb)) as given (
        user_id text, channel text, address text
    )
    on conflict (user_id, channel)
    do update set address = excluded.address, ended_at = null, ended_reason = null, verified_at = null
    where addresses.address <> excluded.address
""")


def look(session: Session, ids: Collection[str]) -> dict[str, Place]:
    """What each id stands for at this moment; nobody is held."""
    found = session.connection().execute(LOOK, {"ids": list(ids)})
    return {one: Place(user, exists, identified) for one, user, exists, identified in found}


def create(session: Session, ids: Collection[str], now: datetime) -> set[str]:
    """Hold these people and make those who are not there, with nothing known of them; the ids of those made."""
    values = {"ids": list(ids), "locale": DEFAULT_LOCALE, "zone": UNKNOWN_ZONE, "now": now}
    return set(session.connection().execute(CREATE, values).scalars())


def hold(session: Session, ids: Collection[str], *, to_remove: bool = False) -> dict[str, Known]:
    """Hold these people until the transaction ends; those who are there."""
    found = session.connection().execute(REMOVE if to_remove else CHANGE, {"ids": list(ids)})
    return {row[0]: Known(*row) for row in found}


def save(session: Session, people: Iterable[Known], now: datetime) -> None:
    """Keep what is known of people who are held."""
    names = ("id", "locale", "zone", "channels", "attributes", "identified")
    rows = [{name: getattr(one, name) for name in names} for one in people]
    if rows:
        session.connection().execute(SAVE, {"rows": json.dumps(rows), "now": now})


def addresses_of(session: Session, ids: Collection[str]) -> dict[tuple[str, str], str]:
    """The addresses of these people by person and channel, ended ones too."""
    found = session.connection().execute(ADDRESSES, {"ids": list(ids)}) if ids else ()
    return {(user, channel): address for user, channel, address in found}


def save_addresses(session: Session, addresses: Mapping[tuple[str, str], str]) -> None:
    """Set addresses by person and channel. A new one begins afresh; the same one stays ended if it was."""
    rows = [{"user_id": user, "channel": channel, "address": one} for (user, channel), one in addresses.items()]
    if rows:
        session.connection().execute(SAVE_ADDRESSES, {"rows": json.dumps(rows)})
