"""One start of a component: its lifeline, the pid of the real process behind it, and its log since then."""

import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from runtime.settings import ROOT
from stack.component import Component

SHOWN_LINES = 15
LIFELINE_MARGIN = 5.0  # seconds a lifeline may take on top of its component's grace


class Started:
    """A component's processes. They end with this process, because only it holds the lifeline's input open."""

    def __init__(self, component: Component, environment: dict[str, str], log: Path, lock: int) -> None:
        self._component = component
        self.log = log
        with log.open("ab") as file:
            self._log_begins = file.tell()
            self._lifeline = subprocess.Popen(
                _under_lifeline(component),
                cwd=ROOT,
                env=environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=file,
                pass_fds=(lock,),
                umask=0o077,
                start_new_session=True,  # Ctrl-C in the terminal is ours alone
            )
        assert self._lifeline.stdout is not None  # noqa: S101
        with self._lifeline.stdout as announced:
            self.pid = int(announced.readline() or 0)  # 0: the command could not be run

    def ending(self) -> str | None:
        """How it ended, as a person would say it; None while it runs."""
        code = self._lifeline.poll()
        if code is None:
            return None
        if code < 0:
            self._end_orphan()
        number = -code if code < 0 else code - 128
        return f"signal {number}" if number > 0 else f"exit code {code}"

    def log_tail(self) -> str:
        """The last lines it has logged."""
        with self.log.open("rb") as file:
            file.seek(self._log_begins)
            lines = file.read().decode(errors="replace").splitlines()
        return "\n".join(f"  {line}" for line in lines[-SHOWN_LINES:]) or "  (nothing)"

    def stop(self) -> None:
        """Ask it to end; `wait` for it."""
        if self._lifeline.stdin is not None:
            self._lifeline.stdin.close()

    def wait(self) -> None:
        """Until nothing is left of it."""
        try:
            self._lifeline.wait(self._component.grace + LIFELINE_MARGIN)
        except subprocess.TimeoutExpired:
            self._lifeline.kill()
            self._lifeline.wait()
            self._end_orphan()

    def _end_orphan(self) -> None:
        """Somebody killed the lifeline, so its promise is ours to keep: the next start needs the ports."""
        if not self.pid:
            return
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)


def _under_lifeline(component: Component) -> list[str]:
    options = ["--signal", component.stop.name, "--grace", str(component.grace)]
    options += ["--folder", str(component.folder)]
    return [sys.executable, "-m", "stack.lifeline", *options, "--", *component.command]
