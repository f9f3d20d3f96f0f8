"""When a figure reaches its aim."""

import pytest

from bench.figures import Figure


@pytest.mark.parametrize(
    ("limits", "met", "aim"),
    [
        # without an aim there is nothing to reach
        ({}, None, ""),
        # an aim on the figure itself
        ({"at_most": 3}, True, "≤ 3"),
        ({"at_most": 2.9}, False, "≤ 2.9"),
        ({"at_least": 3}, True, "≥ 3"),
        # with a baseline the aim is on the ratio, here 1.5
        ({"baseline": 2.0, "at_most": 1.5}, True, "≤ 1.5"),
        ({"baseline": 2.0, "at_most": 1.4}, False, "≤ 1.4"),
        ({"baseline": 2.0, "at_least": 1.6}, False, "≥ 1.6"),
    ],
)
def test_an_aim_is_on_the_ratio_where_there_is_one(limits: dict[str, float], met: bool | None, aim: str) -> None:
    """And on the figure where there is none."""
    figure = Figure("latency", "signal to provider", 3, "ms", **limits)  # type: ignore[arg-type]
    assert (figure.met, figure.aim) == (met, aim)
