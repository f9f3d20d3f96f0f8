"""How far the demo is, kept beside the stack's state, so that a killed demo goes on and a finished one begins anew."""

import shutil
from datetime import datetime
from pathlib import Path

from pydantic import AwareDatetime, BaseModel, ValidationError

from stack.files import replace
from stack.lock import locked

FILE = "demo.json"
PREVIOUS = "previous"
KEPT = {"stack.lock", PREVIOUS, "uv"}


class Progress(BaseModel):
    """`began` is the journey time at which the first person signed up."""

    began: AwareDatetime
    finished: bool = False

    @classmethod
    def load(cls, state_dir: Path) -> "Progress | None":
        """What a demo before this one has left."""
        try:
            return cls.model_validate_json((state_dir / FILE).read_text())
        except (FileNotFoundError, ValidationError):
            return None

    def save(self, state_dir: Path) -> None:
        """Keep it."""
        replace(state_dir / FILE, self.model_dump_json())


def resume(state_dir: Path, now: datetime) -> Progress:
    """The unfinished demo's progress, or that of one that begins now."""
    progress = Progress.load(state_dir) or Progress(began=now)
    progress.save(state_dir)
    return progress


def set_aside(state_dir: Path) -> bool:
    """Move a finished demo, or a stack without one, to `previous/`, in place of what was there. Raises Conflict."""
    state_dir.mkdir(mode=0o711, parents=True, exist_ok=True)
    progress = Progress.load(state_dir)
    if (progress and not progress.finished) or not any(state_dir.glob("clock.json")):
        return False
    with locked(state_dir, lambda _: None):
        previous = state_dir / PREVIOUS
        shutil.rmtree(previous, ignore_errors=True)
        previous.mkdir(mode=0o711)
        for entry in state_dir.iterdir():
            if entry.name not in KEPT:
                entry.rename(previous / entry.name)
    return True
