"""Small files of the stack's state folder, replaced in one step: a reader never sees half of one."""

import os
from pathlib import Path


def replace(path: Path, text: str) -> None:
    """Write a file that only its owner may read."""
    new = path.with_name(f".{path.name}.new")
    new.unlink(missing_ok=True)
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(descriptor)
    new.replace(path)
