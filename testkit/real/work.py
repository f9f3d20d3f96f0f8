"""The worker as production has it, but for its channels."""

from collections.abc import AsyncIterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from temporalio.client import Client
from temporalio.worker import Worker

from activities.composer import Composer
from activities.delivery import DeliveryActivities
from activities.effects import EffectActivities, Outside
from activities.enrollment import EnrollmentActivities
from activities.ledger import Ledger
from channels.protocol import Channel
from models.database import Database
from workflows.journey import JourneyWorkflow
from workflows.runner import sandboxed

THREADS = 8


@asynccontextmanager
async def working(
    client: Client,
    queue: str,
    database: Database,
    composer: Composer,
    channels: Mapping[str, Channel],
    outside: Outside,
) -> AsyncIterator[Worker]:
    """A worker on a task queue, for as long as the block lasts."""
    delivery = DeliveryActivities(Ledger(database, composer), channels, lambda: datetime.now(UTC))
    enrollment = EnrollmentActivities(database)
    effects = EffectActivities(outside)
    with ThreadPoolExecutor(THREADS) as threads:
        async with Worker(
            client,
            task_queue=queue,
            workflows=[JourneyWorkflow],
            activities=[delivery.deliver, delivery.give_up, enrollment.open, enrollment.close, effects.act],
            activity_executor=threads,
            max_concurrent_activities=THREADS,
            workflow_runner=sandboxed(),
        ) as worker:
            yield worker
