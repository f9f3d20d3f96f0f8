"""Whether one more code may be sent, and its reservation, in a transaction for which others who count the same wait.

The order of locks: first these, then the verification's row.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from domain.addresses import fingerprint
from domain.delivery import ChannelName
from domain.verification import limits, pumping
from domain.verification.contacts import CONTACT_OF, Contact, Place, place_of
from domain.verification.life import VALID_FOR, resend_at
from domain.verification.limits import Limit, Scope
from domain.verification.refusals import KIND_OF, Kind, Refusal, refuse
from domain.verification.vault import Vault
from models import sends, verifications
from models.sends import CodeSend
from models.verifications import Verification


@dataclass(frozen=True, slots=True)
class Wish:
    """To send a verification's code on a channel. `client` is the fingerprint of the internet address that asks."""

    channel: str
    cause: str  # asked, resent, fell_back
    client: str | None = None
    patient: bool = True  # whether the pause between two sends to one contact point counts


@dataclass(frozen=True, slots=True)
class Target:
    """What a send is counted by. `place` is a phone number's neighbourhood."""

    contact: str
    account: str
    client: str | None
    place: Place | None

    def counted(self) -> dict[Scope, str]:
        """As limits look at it."""
        found = {Scope.CONTACT: self.contact, Scope.ACCOUNT: self.account, Scope.CLIENT: self.client}
        found[Scope.BLOCK] = self.place.block if self.place else None
        return {scope: value for scope, value in found.items() if value}


class Reserving:
    """`per_minute` is how many codes this deployment sends in all."""

    def __init__(self, vault: Vault, per_minute: int) -> None:
        self._vault = vault
        self._limits: Sequence[Limit] = (*limits.LIMITS, limits.overall(per_minute))

    def hold(self, session: Session, row: Verification, wish: Wish) -> Target:
        """From here on nobody else counts a send of this account, to this contact point or from this address."""
        target = target_of(row, wish)
        sends.serialize(session, (f"{scope} {value}" for scope, value in target.counted().items()))
        return target

    def refused(self, session: Session, target: Target, wish: Wish, now: datetime) -> Refusal | None:
        """What stands against sending, None if nothing does."""
        if target.place and (stopped := _stopped(session, target.place, now)):
            return stopped
        found = limits.strictest(sends.befores(session, target.counted(), self._limits), now)
        if found:
            return refuse(KIND_OF[found[0].scope], found[1] - now)
        if wish.patient:
            until = resend_at(*sends.recent(session, target.contact, now - VALID_FOR))
            if until and now < until:
                return refuse(Kind.COOL_DOWN, until - now)
        return None

    def reserve(
        self, session: Session, row: Verification, wish: Wish, target: Target, now: datetime
    ) -> Verification | Refusal:
        """Count one more send, with the hash of its code. The verification as it is then."""
        contact = str(CONTACT_OF[ChannelName(wish.channel)])
        counters = {contact: len(row.counters), **row.counters}
        hashes = {contact: self._vault.hash_of(row.id, row.secret, counters[contact]), **row.hashes}
        changed = verifications.add_send(session, row.id, hashes, counters, now)
        if changed is None:
            return refuse(Kind.SENDS, row.expires_real_at - now)
        sends.add(session, _send(changed, wish, target, now))
        return changed


def contact_key(channel: str, address: str) -> str:
    """A contact point as it is counted, whatever channel leads to it."""
    return fingerprint(CONTACT_OF[ChannelName(channel)], address)


def target_of(row: Verification, wish: Wish) -> Target:
    """What a send of this verification on this channel is counted by. A decoy is counted all the same."""
    contact = CONTACT_OF[ChannelName(wish.channel)]
    address = row.addresses.get(wish.channel)
    if address is None:
        return Target(fingerprint(f"nobody's {contact}", row.account), row.account, wish.client, None)
    place = place_of(address) if contact is Contact.PHONE else None
    return Target(contact_key(wish.channel, address), row.account, wish.client, place)


def resend_after(session: Session, row: Verification, channel: str, now: datetime) -> datetime:
    """When this channel's contact point may get a code again."""
    contact = target_of(row, Wish(channel, "")).contact
    return resend_at(*sends.recent(session, contact, now - VALID_FOR)) or now


def _stopped(session: Session, place: Place, now: datetime) -> Refusal | None:
    until = sends.stopped_until(session, place.range, now)
    if until is None and pumping.is_pumped(sends.traffic(session, place.range, now)):
        until = sends.stop(session, place.range, now)
        return refuse(Kind.PUMPING, until - now, alert=True, place=place.range)
    return refuse(Kind.PUMPING, until - now, place=place.range) if until else None


def _send(row: Verification, wish: Wish, target: Target, now: datetime) -> CodeSend:
    place = target.place
    return CodeSend(
        verification_id=row.id,
        number=row.sends,
        channel=wish.channel,
        cause=wish.cause,
        contact=target.contact,
        account=target.account,
        client=target.client,
        block=place.block if place else None,
        range=place.range if place else None,
        country=place.country if place else None,
        sent_real_at=now,
    )
