"""Where one-time codes are tested: an API, a worker and channels that show what was sent."""

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import SecretStr
from requests import Response
from sqlalchemy import text
from temporalio.client import WorkflowHandle
from temporalio.testing import WorkflowEnvironment

from activities.code_ledger import CodeLedger, Deployment
from activities.codes import CodeActivities
from activities.composer import Composer
from api.parts import Parts
from channels.protocol import Channel
from client.homing import Homing
from client.journeys import Journeys
from client.verifying.building import build_for_journeys
from client.verifying.judging import Judging
from client.verifying.opening import Opening
from client.verifying.party import Rules
from domain.clock import Clock
from domain.contact.policy import Policy
from domain.delivery import ChannelName
from domain.verification import codes
from models import sends, verifications
from models.database import Database
from models.reserving import Reserving
from models.sends import CodeSend
from models.verifications import Verification
from runtime.sealing import new_key
from runtime.settings import Settings
from runtime.vaults import make_vault
from testkit.real.fakes import FakeChannel
from testkit.real.work import working
from tests.api.conftest import Api, parts_on, served
from tests.stage import shipped_templates
from workflows.verification import VerificationWorkflow, workflow_id_of

PHONE, MAILBOX = "+14155550123", "alice@example.com"
COUNTRIES = frozenset({"US", "BR"})
PRODUCT = {"name": "Acme", "url": "https://acme.example"}
CODE = re.compile(r"\b\d{6}\b|(?:^\d\n){6}", re.MULTILINE)  # in a text, or as it is said
KEYS = SecretStr(new_key())


def config(**more: Any) -> Settings:
    """Settings of a deployment that sends codes."""
    known = {"database_url": SecretStr("postgresql://unused"), "encryption_keys": KEYS, "product_name": "Acme"}
    rules = {"verification_countries": COUNTRIES, "public_url": "https://homing.example", "api_rate": 10_000.0}
    return Settings(**{**known, **rules, **more})


@dataclass
class Books:
    """The transactions alone, for tests that need neither a server nor a worker."""

    database: Database
    opening: Opening
    judging: Judging

    def row(self, verification: str) -> Verification:
        """A verification's row."""
        with self.database.session() as session:
            found = verifications.find(session, verification)
        assert found
        return found

    def code(self, verification: str, contact: str | None = None) -> str:
        """What was sent last, as only a test may ask: from the sealed secret."""
        row = self.row(verification)
        contact = contact or next(iter(row.counters))
        return make_vault(KEYS).code(row.secret, row.counters[contact])

    def sends(self, verification: str) -> list[CodeSend]:
        """Its sends."""
        with self.database.session() as session:
            return sends.of_verification(session, verification)


def books_on(database: Database, per_minute: int = 100_000) -> Books:
    """The transactions on this database."""
    vault = make_vault(KEYS)
    rules = Rules(("sms", "email", "whatsapp"), COUNTRIES)
    opening = Opening(database, vault, Reserving(vault, per_minute), rules)
    return Books(database, opening, Judging(database, vault))


@dataclass
class Place:
    """An API with a worker; `channels` hold what was sent."""

    api: Api
    parts: Parts
    books: Books
    channels: dict[str, FakeChannel]
    environment: WorkflowEnvironment

    async def begin(self, **asked: Any) -> dict[str, Any]:
        """A verification, as the API answers it."""
        answer = await self.post("", {"to": PHONE, **asked})
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    async def post(self, path: str, body: Any = None, **more: Any) -> Response:
        """Ask something of verifications."""
        return await self.api.call("POST", f"/v1/verifications{path}", body, **more)

    async def check(self, verification: str, code: str) -> Response:
        """Type a code in."""
        return await self.post(f"/{verification}/check", {"code": code})

    def codes(self, channel: str = "sms") -> list[str]:
        """The codes that a channel has carried."""
        return [codes.tidy(CODE.findall(message.text)[0]) for message in self.channels[channel].taken]

    def handle(self, verification: str) -> WorkflowHandle[Any, str]:
        """The workflow of a verification."""
        return self.environment.client.get_workflow_handle_for(VerificationWorkflow.run, workflow_id_of(verification))

    def age(self, **duration: float) -> None:
        """Let everything that was sent have been sent earlier: real time cannot be moved."""
        age_sends(self.books.database, timedelta(**duration))


@asynccontextmanager
async def place_on(
    environment: WorkflowEnvironment, database: Database, queue: str, **more: Any
) -> AsyncIterator[Place]:
    """All of it, for as long as the block lasts."""
    channels = {name: FakeChannel(name, can_ask=name != "email") for name in map(str, ChannelName)}
    settings = config(task_queue=queue, **more)
    policy = Policy(verified_only=frozenset(settings.verified_only))
    composer = Composer(shipped_templates(), channels, PRODUCT, policy)
    homing = Homing(database, Journeys(environment.client, Clock(), queue), Clock())
    codes = code_activities(database, channels, settings, homing)
    confirming = build_for_journeys(settings, database, environment.client)
    async with working(environment.client, queue, database, composer, channels, homing, codes, confirming):
        parts = parts_on(environment.client, database, queue)
        parts.config = settings
        async with served(parts) as api:
            yield Place(api, parts, books_on(database), channels, environment)


def code_activities(
    database: Database, channels: Mapping[str, Channel], settings: Settings, homing: Homing
) -> CodeActivities:
    """The activities of one worker."""
    vault = make_vault(settings.encryption_keys)
    ledger = CodeLedger(database, shipped_templates(), vault, Deployment(PRODUCT, "acme.example", settings.public_url))
    reserving = Reserving(vault, settings.verifications_per_minute)
    return CodeActivities(ledger, channels, database, reserving, homing, Clock(), lambda: datetime.now(UTC))


def age_sends(database: Database, ago: timedelta) -> None:
    """Let all sends and failures have been earlier."""
    with database.session() as session:
        for table, column in (("code_sends", "sent_real_at"), ("code_failures", "failed_real_at")):
            statement = text(f"update {table} set {column} = {column} - :ago")
            session.connection().execute(statement, {"ago": ago})
