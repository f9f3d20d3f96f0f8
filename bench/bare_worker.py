"""The bare workflow's worker, a process of its own with the settings of Homing's worker: `python -m bench.bare_worker`.

Its one activity is one HTTP POST to the sandbox: no decision, no template, no database.
"""

import asyncio
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import requests
from requests.adapters import HTTPAdapter
from temporalio import activity
from temporalio.client import Client
from temporalio.worker import Worker

from bench.bare import BareWorkflow
from runtime import settings, temporal
from runtime.settings import Settings

TASK_QUEUE = "bare"


class Bare:
    def __init__(self, config: Settings) -> None:
        self._url = f"{config.sandbox_url}/2010-04-01/Accounts/{config.twilio_account_sid}/Messages.json"
        token = config.twilio_auth_token.get_secret_value() if config.twilio_auth_token else ""
        self._session = requests.Session()
        self._session.mount("http://", HTTPAdapter(pool_maxsize=config.activity_threads))
        self._session.auth = (config.twilio_account_sid or "", token)

    @activity.defn(name="post")
    def post(self, to: str) -> None:
        """Send one message."""
        message = {"To": to, "From": "+15005550006", "Body": "Welcome"}
        self._session.post(self._url, data=message, timeout=10).raise_for_status()


async def main(ready: Path) -> None:
    config = settings.load(Settings)
    read = temporal.read_config()
    client = await Client.connect(**read)
    with ThreadPoolExecutor(config.activity_threads) as threads:
        async with Worker(
            client,
            task_queue=TASK_QUEUE,
            workflows=[BareWorkflow],
            activities=[Bare(config).post],
            activity_executor=threads,
            max_concurrent_activities=config.activity_threads,
        ):
            ready.touch()
            await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
