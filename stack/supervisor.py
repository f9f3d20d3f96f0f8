"""The local stack as one context: enter it and everything runs, leave it and nothing does.

Each part hangs on a lifeline (`stack/lifeline.py`), so that the second half holds for kill -9 as well.
"""

import os
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from stack import database
from stack.component import Component, Recipe
from stack.info import StackInfo
from stack.keeper import Keeper
from stack.lock import locked
from stack.parts import APPLICATIONS, SERVICES
from stack.plan import plan
from stack.signals import ended_by_signals
from stack.started import Started

LOOK_EVERY = 0.1  # seconds


class Stack:
    """PostgreSQL, Temporal, the sandbox and Homing itself, on this machine, with their state in one folder.

    `prepare` is called when the services answer and before the applications start. `pace` None means the
    folder's own. Raises Conflict when a stack runs on the folder, BadInput for a wrong pace, and Unreachable
    when a part cannot be brought to work.
    """

    info: StackInfo

    def __init__(
        self,
        state_dir: Path,
        *,
        pace: float | None = None,
        say: Callable[[str], None],
        prepare: Callable[[StackInfo], None] = lambda _: None,
        services: Sequence[Recipe] = SERVICES,
        applications: Sequence[Recipe] = APPLICATIONS,
    ) -> None:
        self._state_dir = state_dir.resolve()
        self._logs = self._state_dir / "logs"
        self._pace = pace
        self._say = say
        self._prepare = prepare
        self._services, self._applications = services, applications
        self._keepers: list[Keeper] = []
        self._undo = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as undo:
            undo.enter_context(ended_by_signals())
            self._lay_out(undo)
            self._bring_up(self._services, undo)
            self._prepare(self.info)
            self._bring_up(self._applications, undo)
            self.info.ready = True
            self.info.write()
            self._undo = undo.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._undo.close()

    def environment(self) -> dict[str, str]:
        """The settings of everything that works with this stack."""
        return self.info.environment()

    def supervise(self) -> None:
        """Look at each part once and start again what died. Call it a few times a second, always in one thread."""
        for keeper in self._keepers:
            keeper.tick()
        pids = {keeper.name: keeper.pid for keeper in self._keepers if keeper.pid}
        self._note_pids({"supervisor": os.getpid()} | pids)

    def serve(self) -> None:
        """Supervise until a signal or an error ends it."""
        while True:
            self.supervise()
            time.sleep(LOOK_EVERY)

    def _lay_out(self, undo: ExitStack) -> None:
        """Decide everything before anything is started."""
        self._state_dir.mkdir(mode=0o711, parents=True, exist_ok=True)  # run as root, PostgreSQL's user passes
        self._lock = undo.enter_context(locked(self._state_dir, self._say))
        self._make_room_for_logs()
        self.info = plan(self._state_dir, self._pace, undo, self._say)
        database.open_the_way(self._state_dir, self._say)
        self.info.pids["supervisor"] = os.getpid()
        undo.callback(self.info.withdraw)

    def _make_room_for_logs(self) -> None:
        """New logs for each stack; those of the one before are kept beside them."""
        self._logs.mkdir(mode=0o700, exist_ok=True)
        for log in self._logs.glob("*.log"):
            log.replace(log.with_suffix(".log.old"))

    def _bring_up(self, recipes: Sequence[Recipe], undo: ExitStack) -> None:
        """Start these together and wait until all are ready."""
        if not recipes:
            return
        group = [Keeper(recipe(self.info), self._start, self._say) for recipe in recipes]
        self._say(f"starting {', '.join(keeper.name for keeper in group)}")
        self._keepers += group
        undo.callback(self._take_down, group)
        while not all(keeper.ready for keeper in group):
            self.supervise()
            time.sleep(LOOK_EVERY)

    def _take_down(self, group: list[Keeper]) -> None:
        """Ask all first, then wait for each."""
        for keeper in group:
            keeper.stop()
        for keeper in group:
            keeper.wait()

    def _start(self, component: Component) -> Started:
        log = self._logs / f"{component.name}.log"
        return Started(component, self.info.process_environment(), log, self._lock)

    def _note_pids(self, pids: dict[str, int]) -> None:
        if pids != self.info.pids:
            self.info.pids = pids
            self.info.write()
