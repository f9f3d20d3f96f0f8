"""The worker: runs journeys and their activities. Everything it needs comes from settings.

HOMING_DATABASE_URL=postgresql://... TEMPORAL_ADDRESS=temporal:7233 python worker.py
"""

import asyncio
import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import structlog
from temporalio.client import Client
from temporalio.runtime import PrometheusConfig, Runtime, TelemetryConfig
from temporalio.worker import Worker

from activities.composer import Composer
from activities.delivery import DeliveryActivities
from activities.enrollment import EnrollmentActivities
from activities.ledger import Ledger
from channels import registry
from domain.errors import HomingError, Unreachable
from domain.templates import Templates
from models.database import Database
from runtime import logs, settings, temporal
from runtime.addresses import check_free, split
from runtime.health import HealthServer
from runtime.settings import Settings
from runtime.template_files import read_templates
from workflows.inputs import SEARCH_ATTRIBUTES
from workflows.journey import JourneyWorkflow
from workflows.runner import sandboxed

BOOT_PATIENCE_S = 60.0

log = structlog.get_logger()


def build_worker(client: Client, database: Database, config: Settings) -> Worker:
    """The worker with all its parts. Raises HomingError for a wrong setting or template."""
    channels = registry.build(config)
    templates = Templates.parse(read_templates(config.templates_dir), config.default_locale)
    composer = Composer(templates, channels, {"name": config.product_name, "url": config.product_url})
    delivery = DeliveryActivities(Ledger(database, composer), channels, lambda: datetime.now(UTC))
    enrollment = EnrollmentActivities(database)
    return Worker(
        client,
        task_queue=config.task_queue,
        workflows=[JourneyWorkflow],
        activities=[delivery.deliver, delivery.give_up, enrollment.open, enrollment.close],
        activity_executor=ThreadPoolExecutor(config.activity_threads, thread_name_prefix="activity"),
        max_concurrent_activities=config.activity_threads,
        workflow_runner=sandboxed(),
        graceful_shutdown_timeout=timedelta(seconds=config.shutdown_grace_seconds),
    )


async def run(config: Settings) -> None:
    """Work until a signal asks to stop; then finish what has begun."""
    client = await temporal.connect(patience_s=BOOT_PATIENCE_S, runtime=_runtime(config), on_wait=_say_waiting)
    database = Database(config.database_url.get_secret_value(), pool_size=config.activity_threads)
    await _wait_for(database)
    missing = await temporal.ensure_search_attributes(client, SEARCH_ATTRIBUTES)
    worker = build_worker(client, database, config)
    health = _health(config, client, database, worker)
    stopping = _on_signals()
    async with worker:
        log.info("worker.started", task_queue=config.task_queue, pace=config.pace, registered=missing)
        serving = asyncio.create_task(health.serve()) if health else None
        waiting = [asyncio.create_task(stopping.wait()), *([serving] if serving else [])]
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        log.info("worker.stopping", grace_seconds=config.shutdown_grace_seconds)
    if health and serving:
        health.stop()
        await serving
    database.close()


def _runtime(config: Settings) -> Runtime:
    metrics = None
    if config.metrics_address:
        check_free(*split(config.metrics_address, "HOMING_METRICS_ADDRESS"), "HOMING_METRICS_ADDRESS")
        metrics = PrometheusConfig(bind_address=config.metrics_address)
    return Runtime(telemetry=TelemetryConfig(metrics=metrics))


def _say_waiting(why: str) -> None:
    log.warning("worker.waiting", why=why)


async def _wait_for(database: Database) -> None:
    """PostgreSQL may come up after us."""
    deadline = asyncio.get_running_loop().time() + BOOT_PATIENCE_S
    while True:
        try:
            return await asyncio.to_thread(database.check_schema)
        except Unreachable as error:
            if asyncio.get_running_loop().time() > deadline:
                raise
            _say_waiting(str(error))
        await asyncio.sleep(2)


def _health(config: Settings, client: Client, database: Database, worker: Worker) -> HealthServer | None:
    async def temporal_answers() -> None:
        if not worker.is_running or not await client.service_client.check_health(timeout=timedelta(seconds=3)):
            raise Unreachable("Temporal does not answer, or the worker does not poll")

    async def database_answers() -> None:
        await asyncio.to_thread(database.ping)

    checks = {"temporal": temporal_answers, "database": database_answers}
    return HealthServer(config.health_address, checks) if config.health_address else None


def _on_signals() -> asyncio.Event:
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopping.set)
    return stopping


def main() -> int:
    """Exit code 0 after a stop that was asked for; otherwise that of the error, told in one line."""
    try:
        config = settings.load(Settings)
        logs.configure(config.log_level, config.log_format)
        asyncio.run(run(config))
    except HomingError as error:
        print(f"worker: {error}", file=sys.stderr)  # noqa: T201  the last word, also when logs are not yet set up
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
