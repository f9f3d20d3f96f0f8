"""The key of a state folder under which those who were erased stay erased: made once, and kept with the data."""

import secrets
from pathlib import Path

from stack.files import replace

FILE = "hash_key"


def hash_key_of(state_dir: Path) -> str:
    """The stored key, or a new one."""
    path = state_dir / FILE
    if not path.exists():
        replace(path, secrets.token_hex(32))
    return path.read_text(encoding="utf-8")
