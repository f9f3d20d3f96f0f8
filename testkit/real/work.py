"""The worker as production has it, but for its channels."""

from collections.abc import AsyncIterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from temporalio.client import Client
from temporalio.worker import Worker

from activities.codes import CodeActivities
from activities.composer import Composer
from activities.delivery import DeliveryActivities
from activities.effects import Codes, EffectActivities, Outside
from activities.enrollment import EnrollmentActivities
from activities.gate import Gate
from activities.ledger import Ledger
from channels.protocol import Channel
from domain.verification.answers import Answer, Wish
from models.database import Database
from workflows.journey import JourneyWorkflow
from workflows.runner import sandboxed
from workflows.verification import VerificationWorkflow

THREADS = 8


class NoCodes:
    """For whoever does not look at codes: as where no channel can carry them."""

    async def ask(self, wish: Wish) -> Answer:
        """As the protocol says."""
        return Answer.OUT_OF_REACH


@asynccontextmanager
async def working(
    client: Client,
    queue: str,
    database: Database,
    composer: Composer,
    channels: Mapping[str, Channel],
    outside: Outside,
    codes: CodeActivities | None = None,
    confirming: Codes | None = None,
    gate: Gate | None = None,
) -> AsyncIterator[Worker]:
    """A worker on a task queue, for as long as the block lasts; with `codes` it sends those as well."""
    delivery = DeliveryActivities(Ledger(database, composer), channels, lambda: datetime.now(UTC), gate=gate)
    enrollment = EnrollmentActivities(database)
    effects = EffectActivities(outside, confirming or NoCodes())
    sending = (codes.send, codes.give_up, codes.fall_back, codes.close) if codes else ()
    with ThreadPoolExecutor(THREADS) as threads:
        async with Worker(
            client,
            task_queue=queue,
            workflows=[JourneyWorkflow, *([VerificationWorkflow] if codes else [])],
            activities=[delivery.deliver, delivery.give_up, enrollment.open, enrollment.close, effects.act, *sending],
            activity_executor=threads,
            max_concurrent_activities=THREADS,
            workflow_runner=sandboxed(),
        ) as worker:
            yield worker
