""".env.example tells of every variable, and only of those that do something."""

import re

from tests.deploy.files import ENV_EXAMPLE, compose_text, documented_variables, settings_variables


def test_every_setting_is_documented() -> None:
    """Nobody needs to read the source to find a variable."""
    assert settings_variables() - documented_variables() == set()


def test_every_documented_variable_is_read_by_something() -> None:
    """A setting that was removed or renamed does not live on in .env.example."""
    standard = {"TEMPORAL_ADDRESS", "TEMPORAL_NAMESPACE"}
    asked_for = set(re.findall(r"\$\{(\w+)", compose_text()))
    assert documented_variables() - settings_variables() - asked_for - standard == set()


def test_no_value_is_set_by_copying_the_example() -> None:
    """Only what needs a secret of one's own stands uncommented, and empty, so that forgetting one is noticed."""
    set_lines = [line for line in ENV_EXAMPLE.read_text().splitlines() if line and not line.startswith("#")]
    assert all(re.fullmatch(r"\w+_(PASSWORD|KEY)=", line) for line in set_lines)
