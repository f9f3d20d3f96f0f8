"""Published journeys made ready to run, each once in a process, however many people take it."""

import json
from functools import lru_cache
from typing import Any

from domain.journey.language import Journey
from domain.journey.program import Program, compile_journey

MOST = 1000  # journey versions kept ready in memory


def ready(definition: dict[str, Any]) -> Program:
    """The program of a journey's definition. Raises ValidationError if it is none."""
    return _ready(json.dumps(definition))


@lru_cache(MOST)
def _ready(definition: str) -> Program:
    return compile_journey(Journey.model_validate(json.loads(definition)))
