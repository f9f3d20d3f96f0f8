"""One step's delivery: the sending protocol of `activities.delivery`, without a database between its steps.

The decisions, what a failure leads to and the words are the same functions as on the real server.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, TypeGuard

from activities.failures import consequence
from domain import delivery
from domain.contact.caps import Sent
from domain.contact.choosing import before, choose, none_left
from domain.contact.consent import standing
from domain.contact.habits import USUAL_ORDER, Preference, learned, settled
from domain.contact.policy import Facts, Policy, pick, weigh
from domain.contact.priorities import Line, Waiting, place
from domain.contact.terms import Terms
from domain.delivery import Endpoint, MessageState, Outcome, conclude
from domain.journey.program import Program
from domain.machine.stimuli import Deliver, Held
from domain.suppression import Reason
from domain.templates import Templates
from testkit.people import Person
from testkit.provider import CHANNELS, Provider
from testkit.seen import Decision, Message, Seen
from testkit.virtual.answering import Answers
from workflows.options import DELIVERY, PATIENTLY

ARRIVED = "arrived_before"
FIRST_RETRY = PATIENTLY.initial_interval


@dataclass(frozen=True, slots=True)
class Desk:
    """What every delivery needs."""

    templates: Templates
    product: Mapping[str, str]
    provider: Provider
    policy: Policy = field(default_factory=Policy.default)
    sent: dict[str, list[Sent]] = field(default_factory=dict)  # by user: what takes room under the caps
    answers: Answers = field(default_factory=Answers)
    waiting: Callable[[Person], Sequence[Waiting]] = lambda _: ()  # what of theirs is held, in whatever journey


@dataclass(slots=True)
class Delivery:
    """A step's message on its way, asked for at an instant; over when an attempt has an outcome."""

    desk: Desk
    history: list[Seen]
    person: Person
    program: Program
    command: Deliver
    asked: datetime
    held: Message | None = None  # what waits for its next attempt, and until when
    retry_at: datetime | None = None
    enrollment: str = ""
    place: Waiting | None = None  # where it waits for room, if it does
    tried: set[str] = field(default_factory=set)
    channel: str | None = None  # the one that has the message, or may have it

    def attempt(self, now: datetime) -> Outcome | Held | None:
        """Try until a channel has it, none is left, or it is to be held.

        None when a channel wants to be left alone until `retry_at`.
        """
        while (message := self._again(now) or self._compose(now)) is not None:
            if isinstance(message, Held):
                return message
            error = self.desk.provider.answer(message.channel)
            if error is None:
                return self._settle(message, MessageState.ACCEPTED, None, now)
            result = consequence(error)
            if result.retry and result.state is MessageState.RETRYING:
                return self._put_off(message, error.reason, result.after or FIRST_RETRY, now)
            if result.state is MessageState.SENDING:
                return self._settle(message, MessageState.UNKNOWN, error.reason, now)
            self._settle(message, MessageState.FAILED, error.reason, now)
            self.person.ended[message.channel] = error.reason
        return Outcome.FAILED if self.tried else Outcome.SKIPPED

    def _again(self, now: datetime) -> Message | Held | None:
        """The message that waits for its next attempt, if it may still go at this hour."""
        if self.held is None:
            return None
        usable = delivery.Decision(self.held.channel, delivery.Verdict.ALLOWED, "address_usable")
        topic, facts = self.program.journey.topic, Facts(self.person.zone, standing(self.person.said))
        [decision] = weigh(self.desk.policy, self._terms(), topic, facts, [usable], now)
        if decision.until is None:
            return self.held
        self._keep(decision, now)
        return Held(self.command.step, decision.until)

    def give_up(self, reason: str, now: datetime) -> Outcome | None:
        """What waited for its next attempt gets none."""
        return self._settle(self.held, MessageState.FAILED, reason, now) or Outcome.FAILED if self.held else None

    def let_go(self, now: datetime) -> Outcome:
        """Nothing more is to go out of this step, for something before it has arrived."""
        if self.held is None:
            self._keep(delivery.Decision(None, delivery.Verdict.REFUSED, ARRIVED), now)
        return self.give_up(ARRIVED, now) or Outcome.FAILED

    def _put_off(self, message: Message, reason: str, after: timedelta, now: datetime) -> Outcome | None:
        self.held = replace(message, state=MessageState.RETRYING, reason=reason)
        last = self.asked + DELIVERY["schedule_to_close_timeout"]
        self.retry_at = min(now + after, last)
        return None if now < last else self.give_up("gave_up", now)

    def _settle(self, message: Message, state: MessageState, reason: str | None, now: datetime) -> Outcome | None:
        self.history.append(replace(message, at=now, state=state, reason=reason))
        self.tried.add(message.channel)
        self.channel = message.channel if conclude([state]) else None
        if state is MessageState.ACCEPTED:
            place = (self.enrollment, message.step, message.pass_number, message.channel)
            self.desk.answers.went(self.person.user, place, now)
        if state is not MessageState.FAILED and not self._terms().transactional:
            taken = Sent(now, message.channel, self.program.journey.topic)
            self.desk.sent.setdefault(self.person.user, []).append(taken)
        self.held = self.retry_at = None
        return conclude([state])

    def _compose(self, now: datetime) -> Message | Held | None:
        """Decide on each channel not yet tried, and put the message into words for the first that is allowed now."""
        decisions = [one for one in self._decide(now) if one.channel not in self.tried]
        others = [one for one in self.desk.waiting(self.person) if one.enrollment != self.enrollment]
        line = Line(self.place, others)
        facts = Facts(
            self.person.zone, standing(self.person.said), sent=self.desk.sent.get(self.person.user, ()), line=line
        )
        decisions = weigh(self.desk.policy, self._terms(), self.program.journey.topic, facts, decisions, now)
        for one in decisions or none_left(self.command.past):
            self._keep(one, now)
        chosen = pick(decisions)
        about = (self.enrollment, self.program.journey.journey, self.command.step, self.program.journey.topic)
        self.place = place(self.place, chosen, now, *about, priority=self._terms().priority)
        if chosen and chosen.until:
            return Held(self.command.step, chosen.until)
        return self._write(str(chosen.channel), now) if chosen else None

    def _terms(self) -> Terms:
        return self.program.terms(self.command.step)

    def _decide(self, now: datetime) -> list[delivery.Decision]:
        written = sorted(self.desk.templates.channels(self.command.template))
        exempt, verified, found = self._terms().transactional, self.desk.policy.verified_only, self._preference(now)
        because = {**found.why, **before(self.command.past)}
        about = (self.command.via, found.channels, endpoints_of(self.person), written, CHANNELS)
        return choose(*about, transactional=exempt, verified_only=verified, because=because)

    def _preference(self, now: datetime) -> Preference:
        usual = [str(channel) for channel in USUAL_ORDER if channel in self.person.addresses]
        via = self.desk.policy.rules(self.program.journey.topic).via
        found = settled(self.person.channels, via, usual)
        return found or learned(usual, self.desk.answers.habits(self.person.user, now))

    def _keep(self, one: delivery.Decision, now: datetime) -> None:
        """The same decision again, on the way to the next channel, is no news."""
        step, lap = self.command.step, self.command.pass_number
        known = [(kept.channel, kept.rule, kept.until) for kept in self.history if _is_about(kept, step, lap)]
        if (one.channel, one.rule, one.until) not in known:
            self.history.append(
                Decision(step, one.channel, str(one.verdict), one.rule, now, lap, dict(one.inputs), one.until)
            )

    def _write(self, channel: str, now: datetime) -> Message:
        command, person = self.command, self.person
        rendered = self.desk.templates.render(command.template, channel, person.locale, self._context(now))
        return Message(
            command.template,
            channel,
            now,
            step=command.step,
            to=person.addresses[channel],
            pass_number=command.pass_number,
            locale=rendered.locale,
            **rendered.content(),
        )

    def _context(self, now: datetime) -> dict[str, Any]:
        return {
            "user": {"id": self.person.user, "attributes": self.person.attributes},
            "product": self.desk.product,
            "journey": self.program.journey.journey,
            "zone": self.person.zone,
            "now": now,
        }


def _is_about(one: Seen, step: str, lap: int) -> TypeGuard[Decision]:
    return isinstance(one, Decision) and (one.step, one.pass_number) == (step, lap)


def endpoints_of(person: Person) -> list[Endpoint]:
    """The addresses of a person. Who has opted out is suppressed as well, as by the worker."""
    return [
        Endpoint(
            channel,
            address,
            ended := person.ended.get(channel),
            (Reason.OPTED_OUT,) if ended == Reason.OPTED_OUT else (),
            verified=channel in person.verified,
        )
        for channel, address in person.addresses.items()
    ]
