"""Activities of a verification: make a send, fall back to the next channel, and note the end."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import datetime

import structlog
from sqlmodel import Session
from temporalio import activity

from activities.code_ledger import CodeLedger, message_id
from activities.code_orders import CloseCodeOrder, CodeOrder, FallBackOrder, NextSend
from activities.effects import Outside
from activities.gate import Gate
from activities.orders import Delivered
from activities.sending import Sending
from channels.protocol import Channel
from domain.clock import Clock
from domain.verification.contacts import PROVES, Contact
from domain.verification.life import State, state_at
from domain.verification.refusals import Refusal
from domain.verification.route import next_channel
from models import sends, verifications
from models.database import Database
from models.messages import Message
from models.reserving import Reserving, Wish
from models.verifications import Verification

log = structlog.get_logger()


class CodeActivities:
    """The sending protocol over the sends of verifications."""

    def __init__(
        self,
        ledger: CodeLedger,
        channels: Mapping[str, Channel],
        database: Database,
        reserving: Reserving,
        outside: Outside,
        clock: Clock,
        real_now: Callable[[], datetime],
        gate: Gate | None = None,
    ) -> None:
        self._ledger = ledger
        self._sending = Sending(ledger, channels, real_now, gate=gate)
        self._database = database
        self._reserving = reserving
        self._outside = outside
        self._clock = clock

    @activity.defn(name="send_code")
    def send(self, order: CodeOrder) -> Delivered:
        """Make one send. Raises ApplicationError to be run again."""
        with _about(order.verification):
            settled = self._sending.settle(order, _now(order.now))
            log.info("code.settled", number=order.number, channel=order.channel, outcome=str(settled.outcome))
            return settled

    @activity.defn(name="give_up_code")
    def give_up(self, order: CodeOrder) -> Delivered:
        """Settle a send that has run out of time."""
        with _about(order.verification):
            settled = self._ledger.give_up(order, _now(order.now))
            log.warning("code.given_up", number=order.number, channel=order.channel, outcome=str(settled.outcome))
            return settled

    @activity.defn(name="fall_back_code")
    def fall_back(self, order: FallBackOrder) -> NextSend | None:
        """Reserve a send on the next channel; None if there is none, it is over, or the last one has arrived.

        Run again after it was done it finds what it reserved.
        """
        now = _now(order.now)
        with _about(order.verification), self._database.session() as session:
            row = verifications.find(session, order.verification)
            made = sends.of_verification(session, order.verification)
            if row is None or state_at(row.state, row.expires_real_at, now) is not State.PENDING:
                return None
            if later := next((one for one in made if one.number > order.number), None):
                return NextSend(later.number, later.channel)
            if _has_arrived(session.get(Message, message_id(row.id, order.number))):
                return None
            channel = next_channel(row.channels, {one.channel for one in made}, row.sends)
            return self._reserve(session, row, channel, now) if channel else None

    @activity.defn(name="close_code")
    async def close(self, order: CloseCodeOrder) -> str:
        """Note the end; report the event of an approval that was not reported when it happened."""
        with _about(order.verification):
            row = await asyncio.to_thread(self._expire, order.verification, _now(order.now))
            if row is None:
                return "erased"
            if row.user_id and row.proven and row.ended_real_at and row.reported_real_at is None:
                name, at = PROVES[Contact(row.proven)], self._clock.journey(row.ended_real_at)
                message_id = f"verification:{row.id}"
                await self._outside.emit(row.user_id, name, {"purpose": row.purpose}, message_id, at)
                await asyncio.to_thread(self._note_report, row.id, row.ended_real_at)
            return row.state

    def _expire(self, verification: str, now: datetime) -> Verification | None:
        with self._database.session() as session:
            verifications.expire(session, verification, now)
            return verifications.find(session, verification)

    def _note_report(self, verification: str, at: datetime) -> None:
        with self._database.session() as session:
            verifications.reported(session, verification, at)

    def _reserve(self, session: Session, row: Verification, channel: str, now: datetime) -> NextSend | None:
        wish = Wish(channel, "fell_back", patient=False)
        target = self._reserving.hold(session, row, wish)
        held = verifications.hold(session, row.id)
        found = self._reserving.refused(session, target, wish, now)
        if found is None and held:
            changed = self._reserving.reserve(session, held, wish, target, now)
            if not isinstance(changed, Refusal):
                return NextSend(changed.sends, channel)
            found = changed
        log.warning("code.no_fall_back", channel=channel, why=str(found.kind) if found else "erased")
        return None


def _has_arrived(message: Message | None) -> bool:
    return message is not None and bool(message.delivered_at or message.opened_at or message.clicked_at)


def _now(asked: datetime) -> datetime:
    """The time of this attempt: when it was asked for, and what has passed since."""
    info = activity.info()
    return asked + (info.started_time - info.scheduled_time)


def _about(verification: str) -> AbstractContextManager[None]:
    return structlog.contextvars.bound_contextvars(verification=verification)
