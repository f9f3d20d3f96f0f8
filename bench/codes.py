"""One-time codes over HTTP: how soon one is on its way to the provider, and how long a check takes at a steady pace."""

import asyncio
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import requests
from pydantic import SecretStr
from sqlmodel import col, select

from bench.figures import Figure
from bench.lab import Lab
from bench.latency import percentile
from domain.keys import KeyKind, Scope
from domain.verification.vault import Vault
from models import keys
from models.messages import Message
from models.verifications import Verification
from runtime.vaults import make_vault

NAME = "codes"
PACE = 50  # checks a second
READING = (
    "Milliseconds from the call that asks for a code to the moment at which a worker, by way of Temporal, has reserved"
    f" its message and calls the provider; and how long checks take when {PACE} come each second, right and wrong ones"
    " in turn, each answered by the API on the machine that also runs everything else."
)
CONNECTIONS = 8
WARM_UP = 16  # checks that open connections and compile statements, and are not counted; at most half of all
MOST_MAILS = 300  # more mailboxes would only cost time


@dataclass
class Asker:
    """Calls the API, and knows the codes as only a benchmark may."""

    url: str
    key: str
    vault: Vault
    _local: threading.local = field(default_factory=threading.local)

    def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """One call; its connection belongs to its thread."""
        if not hasattr(self._local, "session"):
            self._local.session = requests.Session()
        headers = {"Authorization": f"Bearer {self.key}"}
        answer = self._local.session.post(f"{self.url}/v1/verifications{path}", json=body, headers=headers, timeout=30)
        return {"status_code": answer.status_code, **answer.json()}


async def run(lab: Lab) -> list[Figure]:
    """Send some, one after another; then check them all."""
    with lab.database.session() as session:
        _, key = keys.create(session, KeyKind.API, "bench", [Scope.VERIFICATIONS], datetime.now(UTC))
    info = lab.stack.info
    asker = Asker(info.api, key, make_vault(SecretStr(info.encryption_keys)))
    begun = await asyncio.to_thread(_send, lab, asker, min(MOST_MAILS, lab.scale.released))
    soon = await _on_their_way(lab, begun)
    checks = await _check(lab, asker, list(begun))
    return [
        Figure(NAME, "a code on its way, p50", percentile(soon, 50), "ms", at_most=300),
        Figure(NAME, "  p99", percentile(soon, 99), "ms"),
        Figure(NAME, f"a check at {PACE} a second, p50", percentile(checks, 50), "ms"),
        Figure(NAME, "  p99", percentile(checks, 99), "ms", at_most=50),
    ]


def _send(lab: Lab, asker: Asker, count: int) -> dict[str, datetime]:
    """Ask for codes to new mailboxes, ten a second; when each was asked for, by the verification's id."""
    begun, batch = {}, uuid4().hex[:6]
    with lab.teller.counting("sending codes", count) as told:
        for number in range(count):
            asked = datetime.now(UTC)
            made = asker.post("", {"to": f"{batch}-{number}@example.com", "purpose": "bench"})
            begun[str(made["id"])] = asked
            told()
            time.sleep(max(0.0, 0.1 - (datetime.now(UTC) - asked).total_seconds()))
    return begun


async def _on_their_way(lab: Lab, begun: dict[str, datetime]) -> list[float]:
    for _ in range(100):
        with lab.database.session() as session:
            rows = session.exec(select(Message).where(col(Message.verification_id).in_(begun))).all()
        if len(rows) == len(begun):
            break
        await asyncio.sleep(0.1)
    return [(row.reserved_real_at - begun[str(row.verification_id)]).total_seconds() * 1_000 for row in rows]


async def _check(lab: Lab, asker: Asker, begun: list[str]) -> list[float]:
    """A wrong and a right code for each, at a steady pace whatever the answers take."""
    codes = [(one, code) for one in begun for code in _wrong_and_right(lab, asker, one)]
    loop, waiting = asyncio.get_running_loop(), []
    warm_up = min(WARM_UP, len(codes) // 2)
    with ThreadPoolExecutor(CONNECTIONS) as threads:
        for one, code in codes[:warm_up]:
            await loop.run_in_executor(threads, _timed, asker, one, code)
        start = time.monotonic()
        for number, (one, code) in enumerate(codes[warm_up:]):
            await asyncio.sleep(max(0.0, start + number / PACE - time.monotonic()))
            waiting.append(loop.run_in_executor(threads, _timed, asker, one, code))
        return list(await asyncio.gather(*waiting))


def _wrong_and_right(lab: Lab, asker: Asker, verification: str) -> tuple[str, str]:
    with lab.database.session() as session:
        row = session.get_one(Verification, verification)
    code = asker.vault.code(row.secret, row.counters["email"])
    return f"{(int(code) + 1) % 1_000_000:06}", code


def _timed(asker: Asker, verification: str, code: str) -> float:
    began = time.perf_counter()
    asker.post(f"/{verification}/check", {"code": code})
    return (time.perf_counter() - began) * 1_000
