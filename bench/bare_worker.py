"""The bare workflow's worker, a process with the settings of Homing's: `python -m bench.bare_worker READY_FILE`.

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
from channels.registry import DEMO
from runtime import settings, temporal
from runtime.settings import Settings

TASK_QUEUE = "bare"
TIMEOUT_S = 10


class Posting:
    """Posts to the sandbox as Twilio's SDK does, on connections that are kept."""

    def __init__(self, config: Settings) -> None:
        account, token = config.twilio_account_sid, config.twilio_auth_token
        if not (account and token):
            sys.exit("set TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN, or run `make bench`")
        self._url = f"{config.sandbox_url}/2010-04-01/Accounts/{account}/Messages.json"
        self._session = requests.Session()
        self._session.mount("http://", HTTPAdapter(pool_maxsize=config.activity_threads))
        self._session.auth = (account, token.get_secret_value())

    @activity.defn(name="post")
    def post(self, to: str) -> None:
        """Send one message."""
        message = {"To": to, "From": DEMO["HOMING_SMS_FROM"], "Body": "Welcome"}
        self._session.post(self._url, data=message, timeout=TIMEOUT_S).raise_for_status()


async def main(ready: Path) -> None:
    """Work until ended; the file tells that it has begun."""
    config = settings.load(Settings)
    client = await Client.connect(**temporal.read_config())
    with ThreadPoolExecutor(config.activity_threads) as threads:
        async with Worker(
            client,
            task_queue=TASK_QUEUE,
            workflows=[BareWorkflow],
            activities=[Posting(config).post],
            activity_executor=threads,
            max_concurrent_activities=config.activity_threads,
            max_cached_workflows=config.cached_journeys,
        ):
            await asyncio.to_thread(ready.touch)
            await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
