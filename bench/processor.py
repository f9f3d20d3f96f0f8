"""Processor time by process: what a journey costs however busy the machine is with other things."""

import os
from collections.abc import Iterable

import psutil

from bench.place import BARE, HOMING
from stack.info import StackInfo


def worker_s(info: StackInfo, worker: str) -> float:
    """Seconds that a worker's process has used."""
    return _used_s([info.pids[worker]])


def everything_s(info: StackInfo, worker: str) -> float:
    """Seconds that all processes have used which have to do with this worker's journeys, ours as their client too."""
    others = [pid for name, pid in info.pids.items() if name not in (HOMING, BARE) and pid != os.getpid()]
    return _used_s([*others, info.pids[worker], os.getpid()])


def _used_s(pids: Iterable[int]) -> float:
    """PostgreSQL works in children; ours are all of these, and not to be counted twice."""
    used = 0.0
    for pid in pids:
        process = psutil.Process(pid)
        family = [process] if pid == os.getpid() else [process, *process.children(recursive=True)]
        used += sum(times.user + times.system for times in (one.cpu_times() for one in family))
    return used
