"""Sticky splits: the same person gets the same share of the same split, for ever and without anything stored."""

import hashlib
from collections.abc import Mapping


def share_of(person: str, journey: str, step: str, shares: Mapping[str, int]) -> str:
    """The share that a person falls into; `shares` are percents that add up to 100.

    Their order is that of their names, for a database that stores them keeps no other.

    A person's number in 0..9999 comes from a hash of who, where and which, so neighbours in one split are strangers
    in the next.
    """
    digest = hashlib.sha256(f"{journey}\n{step}\n{person}".encode()).digest()
    number = int.from_bytes(digest[:8]) % 10_000
    reached = 0
    for name, percent in sorted(shares.items()):
        reached += percent * 100
        if number < reached:
            return name
    raise ValueError(f"the shares add up to {reached // 100}, not 100")
