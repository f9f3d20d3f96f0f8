"""Run the demo on the local stack."""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from client.homing import connect
from demo import progress, scenario
from demo.chaos import Chaos
from demo.hands import Hands
from demo.player import Player
from demo.reporting import Reporter
from demo.signup.backend import Backend
from demo.signup.serving import serving
from demo.signup.site import create_site
from demo.timeline import Timeline
from demo.verdict import Verdict, all_ended, judge
from domain.clock import Clock
from domain.errors import Unreachable
from models.database import Database
from runtime import settings
from runtime.settings import ROOT, Settings
from stack.info import StackInfo
from stack.preparation import prepare
from stack.supervisor import Stack

SCENARIO = ROOT / "examples" / "signups.jsonl"
PACE = 43_200.0  # a journey day takes two seconds
STALLED_AFTER_S = 120  # longer than an attempt that was cut off, on top of the longest wait of the journey
LONGEST_WAIT_S = 15 * 86_400
LOOK_EVERY_S = 0.2
LAST_WORDS_S = 20


class Demo:
    """One run, from the first signup to the verdict."""

    def __init__(self, state_dir: Path, pace: float | None, console: Console, *, chaos: bool = False) -> None:
        self._state_dir = state_dir
        self._console = console
        self._chaos = chaos
        self._actors = scenario.read(SCENARIO)
        if progress.set_aside(state_dir):
            self._say(f"the run before is complete; it is kept in {state_dir / progress.PREVIOUS}")
        self._resumed = progress.Progress.load(state_dir) is not None
        self._pace = pace if pace or self._resumed else PACE

    def run(self, *, stay: bool) -> int:
        """Play everything and check it; with `stay`, keep serving until Ctrl-C. Returns the exit code."""
        with Stack(self._state_dir, pace=self._pace, say=self._say, prepare=self._prepare) as stack:
            show_addresses(stack.info, self._console)
            verdict = asyncio.run(self._play(stack))
            self._tell(verdict)
            if stay:
                self._stay(stack)
            return 1 if verdict.problems else 0

    def _stay(self, stack: Stack) -> None:
        """With a page on which whoever watches may sign up as well."""
        info = stack.info
        with serving(create_site(Backend(info.api, info.api_key), info.sandbox_url)) as page:
            self._console.print(f"\n[bold]Now you:[/bold] sign up at {page}, and find your code at {info.sandbox_url}")
            self._console.print(f"The product is at {page}/home then, with your messages and first steps in it.")
            self._console.print("Still serving: look around, and press Ctrl-C to end.")
            stack.serve()

    def _prepare(self, info: StackInfo) -> None:
        """Besides the usual: what people did while a killed demo was down is reported before the worker wakes."""
        prepare(info)
        self._settings = settings.load_from(Settings, info.process_environment())
        self._clock = Clock(info.pace, info.clock_origin)
        if self._resumed:
            self._say("going on where the run before was cut off")
            asyncio.run(self._catch_up())

    async def _catch_up(self) -> None:
        async with connect(self._settings) as homing:
            await self._player().play(homing, self._now())

    def _player(self) -> Player:
        self._progress = progress.resume(self._state_dir, self._now())
        return Player(self._actors, self._progress.began)

    async def _play(self, stack: Stack) -> Verdict:
        player = self._player()
        chaos = Chaos(stack.info, self._say) if self._chaos else None
        database = Database(self._settings.database_url.get_secret_value())
        hands = Hands(stack.info.sandbox_url)
        timeline = Timeline(database, self._progress.began, self._console)
        news_at = time.monotonic()
        reporter = Reporter(stack.info)
        patience = STALLED_AFTER_S + LONGEST_WAIT_S / stack.info.pace
        while not all_ended(database, self._actors) and time.monotonic() - news_at < patience:
            stack.supervise()
            if chaos:
                chaos.strike(stack.info)
            with suppress(Unreachable):  # whatever died is started again, and what was not taken is sent again
                await player.play(reporter, self._now())
            await player.answer(hands, self._now())
            news_at = time.monotonic() if timeline.show() else news_at
            await asyncio.sleep(LOOK_EVERY_S)
        await _until(hands.all_told)
        timeline.show()
        return self._judge(database, stack.info)

    def _judge(self, database: Database, info: StackInfo) -> Verdict:
        undisturbed = not self._chaos and not self._resumed
        verdict = judge(database, self._actors, info.sandbox_url, undisturbed=undisturbed)
        self._progress.model_copy(update={"finished": True}).save(self._state_dir)
        database.close()
        return verdict

    def _tell(self, verdict: Verdict) -> None:
        for problem in verdict.problems:
            self._console.print(f"[red]✗[/red] {problem}")
        days = (self._now() - self._progress.began).days
        unknown = f", {verdict.unknown} of unknown outcome" if verdict.unknown else ""
        good = "[green]nothing lost, nothing twice[/green]"
        result = f"[red]problems: {len(verdict.problems)}[/red]" if verdict.problems else good
        counts = f"{verdict.people} people, {days} days of journey, {verdict.messages} messages{unknown}"
        self._console.print(f"\n[bold]{counts}:[/bold] {result}")

    def _now(self) -> datetime:
        return self._clock.journey(datetime.now(UTC))

    def _say(self, line: str) -> None:
        self._console.print(line, style="dim", markup=False)


async def _until(told: Callable[[], bool]) -> None:
    """The providers have the last word: what became of the last messages."""
    for _ in range(int(LAST_WORDS_S / LOOK_EVERY_S)):
        if await asyncio.to_thread(told):
            break
        await asyncio.sleep(LOOK_EVERY_S)


def show_addresses(info: StackInfo, console: Console) -> None:
    """Where to look."""
    pace = (
        f"{info.pace:g}, so a journey day takes {86_400 / info.pace:.3g} s" if info.pace != 1 else "1, as in production"
    )
    console.print(f"\n  Temporal UI      {info.temporal_ui}")
    console.print(f"  Phone and inbox  {info.sandbox_url}")
    console.print(f"  HTTP API         {info.api}/docs")
    console.print(f"  All addresses    {info.state_dir}/stack.json")
    console.print(f"  Pace             {pace}\n")
