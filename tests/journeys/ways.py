"""What people do in the onboarding that ships: one way to each of its ends and messages."""

from collections.abc import Callable

from testkit import Traveller

WAYS: dict[str, Callable[[Traveller], Traveller]] = {
    "silent": lambda ana: ana.after("15d"),
    "helped": lambda ana: ana.does("first_use").does("support_requested").after("15d"),
    "upgrades": lambda ana: ana.does("first_use").does("upgraded"),
    "upgrades late": lambda ana: ana.does("first_use").after("4d").does("upgraded"),
}
