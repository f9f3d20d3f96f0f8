"""The machine that takes one person through a journey: pure, total, and the same for worker, tests and console.

`stimuli.py` is what it is told and what it asks for, `state.py` what it remembers, `engine.py` where to begin to read.
"""

from domain.machine.asking import standing
from domain.machine.engine import advance, start
from domain.machine.steps import Result

__all__ = ["Result", "advance", "standing", "start"]
