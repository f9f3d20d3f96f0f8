"""Decide on channels and put the message into words, from what is stored of the person."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from sqlmodel import Session

from activities import weighing
from activities.link_tracking import LinkTracking, Written
from activities.message_links import links_of
from activities.ordering import preference
from activities.orders import DeliveryOrder
from activities.windows import Windows
from domain.contact.choosing import before, choose
from domain.contact.policy import Policy, pick, weigh
from domain.delivery import ChannelName, Decision, Endpoint, MessageState, Verdict
from domain.links.shortening import Shortener
from domain.preferences.links import Links
from domain.templates import Rendered, Templates
from domain.templates.filters import MARKED
from domain.templates.telling import told
from models import people, reach
from models.messages import Message
from models.people import Person


class Composer:
    """`served` are the channels that this deployment can send on; `product` is what templates call `product`.

    Without a `policy` nothing is quiet and nothing is counted; what people took back counts all the same. Without
    `links` messages have none, and without a `shortener` theirs lead straight to where they lead; without `windows`
    everybody counts as having just written.
    """

    def __init__(
        self,
        templates: Templates,
        served: Collection[str],
        product: Mapping[str, str],
        policy: Policy | None = None,
        links: Links | None = None,
        shortener: Shortener | None = None,
        windows: Windows | None = None,
    ) -> None:
        self._windows = windows
        self._links = links
        self._policy = policy or Policy()
        self._tracking = LinkTracking(shortener, self._policy.opt_ins)
        self._templates = templates
        self._served = list(served)
        self._product = product

    def compose(
        self, session: Session, order: DeliveryOrder, tried: Collection[str], now: datetime, real_now: datetime
    ) -> tuple[list[Decision], Written | None]:
        """Decide on each channel not yet tried; the message for the first that is allowed now, None if none is.

        Raises TemplateMissing or RenderError when our own template cannot be put into words.
        """
        person = people.get_person(session, order.user)
        endpoints = reach.endpoints(session, order.user)
        decisions = [one for one in self._decide(session, order, person, endpoints, now) if one.channel not in tried]
        if self._windows:
            words = (order.template, person.locale)
            decisions = self._windows.narrow(session, decisions, endpoints, words, now)
        facts = weighing.facts(session, self._policy, order, person, now)
        decisions = weigh(self._policy, order.terms, order.topic, facts, decisions, now)
        chosen = pick(decisions)
        weighing.keep_place(session, self._policy, order, facts.line, chosen, now)
        if chosen is None or chosen.verdict is not Verdict.ALLOWED:
            return decisions, None
        address = _address(endpoints, str(chosen.channel))
        untracked: set[str] = set()
        message = self._write(order, person, chosen, address, now, real_now, untracked)
        return decisions, self._tracking.apply(facts.statements, message, untracked)

    def reconsider(self, session: Session, order: DeliveryOrder, message: Message, now: datetime) -> Decision:
        """Whether a message that is to be tried again may still go: its room is its own, all else may have changed.

        No provider has it, so that it goes where the person is reached by now.
        """
        person = people.get_person(session, order.user)
        only, endpoints = [message.channel], reach.endpoints(session, order.user)
        exempt, verified = order.terms.transactional, self._policy.verified_only
        asked = None if order.via is None else only
        decisions = choose(asked, only, endpoints, only, only, transactional=exempt, verified_only=verified)
        if self._windows and "content_sid" not in message.content:
            words = ("", "")  # it has become free text, and stays it
            decisions = self._windows.narrow(session, decisions, endpoints, words, now)
        facts = weighing.facts_again(session, order, person, now)
        [decision] = weigh(self._policy, order.terms, order.topic, facts, decisions, now)
        if decision.verdict is Verdict.ALLOWED:
            message.address = _address(endpoints, message.channel)
        return decision

    def _decide(
        self, session: Session, order: DeliveryOrder, person: Person, endpoints: Sequence[Endpoint], now: datetime
    ) -> list[Decision]:
        written = sorted(self._templates.channels(order.template))
        exempt, verified, served = order.terms.transactional, self._policy.verified_only, self._served
        found = preference(session, self._policy, order, person, endpoints, set(written) & set(served), now)
        about = (order.via, found.channels, endpoints, written, served)
        return choose(*about, transactional=exempt, verified_only=verified, because={**found.why, **before(order.past)})

    def _write(
        self,
        order: DeliveryOrder,
        person: Person,
        chosen: Decision,
        address: str,
        now: datetime,
        real_now: datetime,
        untracked: set[str],
    ) -> Message:
        channel, copy = str(chosen.channel), chosen.inputs.get("content_sid")
        one = message_id(order, channel)
        links = links_of(self._links, one, real_now, transactional=order.terms.transactional)
        who = told(
            person.id, person.attributes, self._product, now, zone=person.zone, journey=order.journey, links=links
        )
        context = {**who, MARKED: untracked}
        rendered = self._templates.render(order.template, channel, person.locale, context)
        return Message(
            id=one,
            enrollment_id=order.enrollment,
            user_id=person.id,
            step=order.step,
            pass_number=order.pass_number,
            channel=channel,
            template=order.template,
            locale=rendered.locale,
            topic=order.topic,
            transactional=order.terms.transactional,
            address=address,
            content=_content(rendered, channel, links) | copied(rendered, copy),
            state=MessageState.SENDING,
            reserved_at=now,
            reserved_real_at=real_now,
        )


def _address(endpoints: Sequence[Endpoint], channel: str) -> str:
    return next(endpoint.address for endpoint in endpoints if endpoint.channel == channel)


def copied(rendered: Rendered, content_sid: str | None) -> dict[str, Any]:
    """What sends the provider's approved copy of the words in their place, if there is to be one."""
    return {"content_sid": content_sid, "content_variables": rendered.content_variables} if content_sid else {}


def _content(rendered: Rendered, channel: str, links: Mapping[str, str]) -> dict[str, Any]:
    way_out = links.get("unsubscribe") if channel == ChannelName.EMAIL else None
    return rendered.content() | ({"unsubscribe": way_out} if way_out else {})


def message_id(order: DeliveryOrder, channel: str) -> str:
    """The message's idempotency key: the same for every attempt, after any restart and continue-as-new."""
    return uuid5(NAMESPACE_URL, f"homing:{order.enrollment}/{order.step}/{order.pass_number}/{channel}").hex
