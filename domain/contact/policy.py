"""May a message go out on a channel now? Allowed, held until an instant, or refused; with the rule and its inputs."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from dataclasses import replace as changed
from datetime import datetime, timedelta
from typing import Any

from domain.contact import caps, consent, hours
from domain.contact.caps import Cap, Full, Sent
from domain.contact.consent import Objection, OptIn, Statement
from domain.contact.hours import QuietHours
from domain.contact.priorities import YIELDS, Line, again, yields_to
from domain.contact.terms import Terms
from domain.contact.topics import TopicRules
from domain.delivery import ChannelName, Decision, Verdict

NO_RULES = TopicRules()
# Nothing rings: it is there when the person comes to look, so it may be put there by night. Caps count it all the same.
SILENT = frozenset({ChannelName.IN_APP})


@dataclass(frozen=True, slots=True)
class Policy:
    """The rules of a deployment."""

    quiet_hours: QuietHours | None = None
    caps: tuple[Cap, ...] = ()
    opt_ins: Mapping[str, OptIn] = field(default_factory=dict)
    verified_only: frozenset[str] = frozenset()  # channels on which an unverified address gets nothing but its code
    topics: Mapping[str, TopicRules] = field(default_factory=dict)

    @classmethod
    def read(cls, quiet_hours: str, frequency_caps: str, opt_ins: str, verified_only: Iterable[str] = ()) -> "Policy":
        """As settings write them. Raises BadInput."""
        known = frozenset(verified_only)
        return cls(hours.read(quiet_hours), caps.read(frequency_caps), consent.read(opt_ins), known)

    @classmethod
    def default(cls) -> "Policy":
        """What holds where nothing is set."""
        return cls.read(hours.DEFAULT, caps.DEFAULT, consent.DEFAULT)

    def with_topics(self, topics: Mapping[str, TopicRules]) -> "Policy":
        """What topics say comes before what the deployment says of all of them."""
        asked = {topic: rules.opt_in for topic, rules in topics.items() if rules.opt_in}
        return changed(self, topics=topics, opt_ins={**self.opt_ins, **asked})

    def rules(self, topic: str) -> TopicRules:
        """What a topic says."""
        return self.topics.get(topic, NO_RULES)

    def caps_of(self, topic: str) -> tuple[Cap, ...]:
        """What counts for messages about a topic: its own cap stands in the place of those on each topic."""
        own = self.rules(topic).cap
        return self.caps if own is None else (*(cap for cap in self.caps if cap.scope != caps.TOPIC), *own)

    @property
    def looks_back(self) -> timedelta | None:
        """How far back the person's messages count, None if none do."""
        own = [cap for rules in self.topics.values() for cap in rules.cap or ()]
        return caps.longest([*self.caps, *own])


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of the person, as far as the policy looks at it."""

    zone: str | None
    statements: Sequence[Statement] = ()
    sent: Sequence[Sent] = ()
    paused_until: datetime | None = None  # until when the person wants no messages
    line: Line = Line()  # noqa: RUF009  it is frozen: who else waits for the room that caps leave


def weigh(
    policy: Policy, terms: Terms, topic: str, facts: Facts, decisions: Iterable[Decision], now: datetime
) -> list[Decision]:
    """The same decisions, each channel that is usable so far being asked whether this may go there now.

    The first that may is the last: those behind it are decided on when they get their turn.
    """
    weighed: list[Decision] = []
    for one in decisions:
        usable = one.verdict is Verdict.ALLOWED
        weighed.append(_weigh(policy, terms, topic, facts, one, now) if usable else one)
        if weighed[-1].verdict is Verdict.ALLOWED:
            break
    return weighed


def pick(decisions: Sequence[Decision]) -> Decision | None:
    """The one to act upon: the first channel that may be used now, else the one that may be soonest."""
    allowed = next((one for one in decisions if one.verdict is Verdict.ALLOWED), None)
    held = [(one.until, place) for place, one in enumerate(decisions) if one.until is not None]
    return allowed or (decisions[min(held)[1]] if held else None)


def _weigh(policy: Policy, terms: Terms, topic: str, facts: Facts, usable: Decision, now: datetime) -> Decision:
    """The first rule that objects; the exempt are asked for their consent alone."""
    channel = str(usable.channel)
    asked = consent.needed(policy.opt_ins, topic)
    if found := consent.objection(facts.statements, topic, channel, asked, transactional=terms.transactional):
        return _object(usable, topic, found)
    if terms.transactional:
        return changed(usable, inputs={**usable.inputs, "transactional": True})
    if facts.paused_until and facts.paused_until > now:
        return Decision(channel, Verdict.REFUSED, "paused_by_person", {"until": facts.paused_until.isoformat()})
    return (
        _quiet(policy, terms, topic, facts, usable, now)
        or _capped(policy, terms, topic, facts, usable, now)
        or _yielding(policy, terms, topic, facts, usable, now)
        or usable
    )


def _object(usable: Decision, topic: str, found: Objection) -> Decision:
    inputs: dict[str, Any] = {"topic": topic, "needed": str(found.needed)}
    if said := found.statement:
        inputs |= {"said": said.at.isoformat(), "about": said.topic, "on": said.channel or "all channels"}
    return Decision(usable.channel, Verdict.REFUSED, found.rule, inputs)


def _quiet(policy: Policy, terms: Terms, topic: str, facts: Facts, usable: Decision, now: datetime) -> Decision | None:
    if usable.channel in SILENT:
        return None
    own = terms.quiet_hours if terms.quiet_hours is not None else policy.rules(topic).quiet_hours
    quiet = hours.read(own) if own is not None else policy.quiet_hours
    zone, name, whose = hours.whereabouts(facts.zone, terms.zone)
    until = hours.quiet_until(quiet, zone, now)
    if until is None:
        return None
    inputs = {"quiet_hours": str(quiet), "zone": name, "zone_of": whose, "local": f"{now.astimezone(zone):%H:%M}"}
    return _hold(usable, "quiet_hours", inputs, until)


def _capped(policy: Policy, terms: Terms, topic: str, facts: Facts, usable: Decision, now: datetime) -> Decision | None:
    found: Full | None = caps.full(policy.caps_of(topic), facts.sent, str(usable.channel), topic, now)
    if found is None:
        return None
    inputs = {"cap": str(found.cap), "counted": found.counted, "topic": topic, "capped": terms.capped}
    if terms.capped == "hold":
        return _hold(usable, "capped", inputs, found.until)
    return Decision(usable.channel, Verdict.REFUSED, "capped", {**inputs, "until": found.until.isoformat()})


def _yielding(
    policy: Policy, terms: Terms, topic: str, facts: Facts, usable: Decision, now: datetime
) -> Decision | None:
    mine = Sent(now, str(usable.channel), topic)
    other = yields_to(facts.line, terms.priority, mine, facts.sent, policy.caps_of)
    if other is None:
        return None
    to = {name: getattr(other, name) for name in ("journey", "step", "enrollment", "channel", "topic", "priority")}
    inputs = {"priority": terms.priority, "to": {**to, "until": other.until.isoformat()}}
    return _hold(usable, YIELDS, inputs, again(other, now, facts.line.pace))


def _hold(usable: Decision, rule: str, inputs: Mapping[str, Any], until: datetime) -> Decision:
    return Decision(usable.channel, Verdict.HELD, rule, {**inputs, "until": until.isoformat()}, until)
