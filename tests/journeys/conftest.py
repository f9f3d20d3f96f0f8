"""What tests of the journeys that ship look up in their files."""

import pytest

from domain.journey.language import Send
from domain.journey.program import every_step
from testkit.shelf import Shelf


@pytest.fixture
def sends(homing_shelf: Shelf) -> set[str]:
    """The steps of the onboarding that send something."""
    program = homing_shelf.program("onboarding")
    return {step.id for step in every_step(program.journey.steps) if isinstance(step, Send)}
