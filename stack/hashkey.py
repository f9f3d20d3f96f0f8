"""The keys of a state folder: made once, and kept with the data, which is worth nothing without them.

Under one of them those who were erased stay erased; with another, secrets and what people write are encrypted; with
the third, browsers were subscribed.
"""

import secrets
from collections.abc import Callable
from pathlib import Path

from runtime import vapid
from runtime.sealing import new_key
from stack.files import replace


def hash_key_of(state_dir: Path) -> str:
    """For HOMING_HASH_KEY."""
    return _kept(state_dir / "hash_key", lambda: secrets.token_hex(32))


def encryption_keys_of(state_dir: Path) -> str:
    """For HOMING_ENCRYPTION_KEYS."""
    return _kept(state_dir / "encryption_keys", new_key)


def vapid_key_of(state_dir: Path) -> str:
    """For HOMING_VAPID_PRIVATE_KEY."""
    return _kept(state_dir / "vapid_key", vapid.new_key)


def _kept(path: Path, make: Callable[[], str]) -> str:
    """The stored key, or a new one."""
    if not path.exists():
        replace(path, make())
    return path.read_text(encoding="utf-8")
