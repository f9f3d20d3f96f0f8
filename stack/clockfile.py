"""The clock of a state folder: chosen once and kept, so that a stack started again goes on in the same journey time."""

import json
from datetime import UTC, datetime
from pathlib import Path

from domain.clock import Clock
from domain.errors import BadInput
from stack.files import replace

FILE = "clock.json"
DEFAULT_PACE = 1.0


def clock_of(state_dir: Path, pace: float | None) -> Clock:
    """The stored clock, or a new one that starts now. Raises BadInput for a pace other than the stored one."""
    path = state_dir / FILE
    if not path.exists():
        return _store(path, DEFAULT_PACE if pace is None else pace)
    clock = _load(path)
    if pace not in (None, clock.pace):
        raise BadInput(
            f"{state_dir} runs at pace {clock.pace:g}, and people in their journeys keep it: "
            f"ask for {clock.pace:g}, or delete {state_dir} to begin again at {pace:g}"
        )
    return clock


def _store(path: Path, pace: float) -> Clock:
    try:
        clock = Clock(pace, datetime.now(UTC))
    except ValueError as error:
        raise BadInput(str(error)) from error
    replace(path, json.dumps({"pace": clock.pace, "origin": clock.origin.isoformat()}))
    return clock


def _load(path: Path) -> Clock:
    try:
        stored = json.loads(path.read_text())
        return Clock(float(stored["pace"]), datetime.fromisoformat(stored["origin"]))
    except (ValueError, KeyError, TypeError) as error:
        raise BadInput(f"{path} is damaged ({error}): delete {path.parent} to begin again") from error
