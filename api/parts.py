"""What every route may use: made once in `app.py`, found in `request.app.state.parts`."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property

from fastapi import Request
from sqlmodel import Session
from temporalio.client import Client

from api.hub import Hub
from api.keyring import Keyring
from api.meters import Meters
from api.rates import Buckets
from client.accepted import Accepted
from client.authenticators.desk import Desk
from client.homing import Homing
from client.inputs import Happened, Item
from client.preferences import Preferences
from client.relay import Relay
from client.taking import Stored
from client.verifying.building import build
from client.verifying.desk import Verifications
from domain.checklist import Checklist
from domain.clock import Clock
from domain.contact.policy import Policy
from domain.links.scope import Scope
from domain.preferences.topics import Topics
from models.database import Database
from runtime import template_files
from runtime.health import Check
from runtime.link_keys import make_links
from runtime.policies import whole_policy
from runtime.pushing import PushSetup, push_setup
from runtime.sealing import Seals
from runtime.settings import Settings

LOOKING = 4  # streams that read at a time, so that answers to others never wait for a crowd of them


@dataclass
class Parts:
    """`checks` are those of `/readyz`; without any the process is starting."""

    config: Settings
    database: Database
    homing: Homing
    temporal: Client
    keyring: Keyring
    buckets: Buckets
    meters: Meters
    seals: Seals
    hub: Hub
    checks: dict[str, Check] = field(default_factory=dict)

    @property
    def relay(self) -> Relay:
        """Tells workflows what was stored."""
        return self.homing.relay

    @cached_property
    def desk(self) -> Desk:
        """For authenticator apps."""
        return Desk.of(self.database, self.seals, self.config.product_name)

    @cached_property
    def verifications(self) -> Verifications:
        """For one-time codes."""

        async def report(happened: Happened) -> None:
            await self.take([happened], strangers=False)

        return build(self.config, self.database, self.temporal, report, self.meters.verification)

    @cached_property
    def preferences(self) -> Preferences:
        """For what people choose on pages."""
        links = make_links(self.config.public_url, self.config.encryption_keys)
        known = (self.database, self.clock, links, self.policy.opt_ins, self.homing.take_within)
        return Preferences(*known, tracking=self.config.link_tracking is not Scope.OFF)

    @cached_property
    def policy(self) -> Policy:
        """The contact policy, as workers have it."""
        return whole_policy(self.config)

    @cached_property
    def topics(self) -> Topics:
        """How topics are called there."""
        return template_files.topics(self.config.templates_dir)

    @cached_property
    def checklist(self) -> Checklist:
        """The first steps."""
        return template_files.checklist(self.config.templates_dir)

    @cached_property
    def looking(self) -> asyncio.Semaphore:
        """For streams that read."""
        return asyncio.Semaphore(LOOKING)

    @cached_property
    def push(self) -> PushSetup | None:
        """What web push is set up with."""
        return push_setup(self.config)

    @property
    def clock(self) -> Clock:
        """The one clock of this deployment."""
        return self.config.clock

    def now(self) -> datetime:
        """The journey time."""
        return self.clock.journey(datetime.now(UTC))

    async def take(
        self, items: Sequence[Item], *, strangers: bool, also: Callable[[Session], None] | None = None
    ) -> Accepted:
        """Take items in, and count them. Raises as `Homing.take` does."""
        return self._count(await self.homing.take(items, strangers=strangers, also=also))

    def told(self, stored: Stored) -> Accepted:
        """Count what was taken in within another transaction, and have it told."""
        return self._count(self.homing.told(stored))

    def _count(self, accepted: Accepted) -> Accepted:
        self.meters.taken(new=accepted.new, repeated=accepted.repeated, ignored=len(accepted.ignored))
        return accepted


def parts_of(request: Request) -> Parts:
    """The parts of the app that this request came to."""
    found: Parts = request.app.state.parts
    return found
