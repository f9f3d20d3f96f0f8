"""`journeys check`, `publish`, `show`, `diff` and `cost`, as a growth person goes through them with a file at hand."""

from pathlib import Path

import pytest

from tests.cli.conftest import Terminal

HELLO = """\
# a comment
journey: hello
title: Hello
entry: {event: signed_up}
topic: test
steps:
  - {id: welcome, send: welcome}
  - {id: used, wait_for: {event: first_use}}
  - {id: tips, send: tips, via: sms}
"""
ENDLESS = (
    "hello.yaml:8: waits for ever if this never comes; give it a `timeout`, or the journey an `exit_on` (step used)"
)
LONGER = HELLO.replace("{event: first_use}}", "{event: first_use}, timeout: 3d}")
BAD_INPUT, NOT_FOUND, DIFFERENT = 2, 3, 1


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A journey file."""
    found = tmp_path / "hello.yaml"
    found.write_text(HELLO)
    return found


def test_warnings_hold_nothing_up_unless_one_asks_for_it(bare_terminal: Terminal, file: Path) -> None:
    """They go to stderr; what is good is told with the most messages of a week."""
    said = bare_terminal.run("journeys", "check", str(file))
    assert (said.code, said.err.startswith("warning: "), ENDLESS in said.err) == (0, True, True)
    assert said.out.endswith(": Hello: good; 2 messages to one person in seven days at worst\n")
    strict = bare_terminal.run("journeys", "check", "--strict", str(file))
    assert (strict.code, strict.out, ENDLESS in strict.err) == (BAD_INPUT, "", True)
    file.write_text(LONGER)
    assert bare_terminal.run("journeys", "check", "--strict", str(file)).code == 0


def test_the_database_knows_journeys_and_attributes(terminal: Terminal, file: Path) -> None:
    """A journey that is entered on the way has to be in the files, or published."""
    file.write_text(HELLO.replace("hello", "first") + "  - {id: more, enter: hello}\n")
    assert "more, enter: hello" in file.read_text()
    said = terminal.run("journeys", "check", str(file))
    assert "hello.yaml:10: journey 'hello' is not in these files; `--database` looks for published ones" in said.err
    said = terminal.run("journeys", "check", "--database", str(file))
    assert (said.code, "journey 'hello' does not exist" in said.err) == (BAD_INPUT, True)
    other = file.with_name("other.yaml")
    other.write_text(HELLO)
    assert terminal.run("journeys", "publish", str(other)).code == 0
    assert terminal.run("journeys", "check", "--database", str(file)).code == 0


def test_a_change_is_told_step_by_step_before_and_after_it_is_published(terminal: Terminal, file: Path) -> None:
    """The exit code is that of diff; what is shown is a file of the same version."""
    first = terminal.run("journeys", "publish", str(file)).out.split()[2]
    assert terminal.run("journeys", "diff", str(file)).code == 0
    file.write_text(LONGER)
    said = terminal.run("journeys", "diff", str(file))
    assert (said.code, said.out.splitlines()[1:]) == (DIFFERENT, ["~ step used: timeout is 3d, and was not given"])
    assert said.out.startswith(f"hello {first} -> ")
    published = terminal.run("journeys", "publish", str(file))
    assert "~ step used: timeout is 3d, and was not given" in published.out
    assert terminal.run("journeys", "publish", str(file)).out.endswith(" (as it was)\n")
    assert terminal.run("journeys", "diff", "hello").code == DIFFERENT
    shown = terminal.run("journeys", "show", "hello", "--version", first[:6])
    assert (shown.code, first in shown.out, "running" in shown.out) == (0, True, True)
    file.write_text(shown.out)
    assert terminal.run("journeys", "diff", str(file), first).code == 0


@pytest.mark.parametrize(
    "command",
    [("show", "nothing"), ("show", "hello", "--version", "ffff"), ("diff", "nothing"), ("diff", "nowhere.yaml")],
)
def test_what_was_never_published_is_not_found(terminal: Terminal, file: Path, command: tuple[str, ...]) -> None:
    """In one line."""
    assert terminal.run("journeys", "publish", str(file)).code == 0
    said = terminal.run("journeys", *command)
    assert (said.code, bool(said.error)) == (NOT_FOUND, True)


def test_a_journey_says_what_it_costs(bare_terminal: Terminal, file: Path) -> None:
    """Start, two messages, search attributes and a signal: five actions, and three for those who never use it."""
    said = bare_terminal.run("cost", str(file))
    rows = table(said.out)
    assert {"actions": ["5,000", "5,000", "5,000"], "dollars": ["0.25", "0.25", "0.25"]}.items() <= rows.items()
    assert rows["sms"] == ["1,000", "1,000"]
    assert "dearest: used: first_use comes" in said.out
    rows = table(bare_terminal.run("cost", str(file), "--rate", "first_use=0", "--per-million", "1000000").out)
    assert {
        "actions": ["5,000", "3,000", "5,000"],
        "dollars": ["5,000.00", "3,000.00", "5,000.00"],
    }.items() <= rows.items()
    assert rows["sms"] == ["0", "1,000"]


def table(text: str) -> dict[str, list[str]]:
    """The cells of each row by its first."""
    rows = [[cell.strip() for cell in line.split("│")[1:-1]] for line in text.splitlines() if "│" in line]
    return {row[0]: row[1:] for row in rows}


@pytest.mark.parametrize(
    ("rate", "told"),
    [
        ("first_use", "--rate 'first_use' is not EVENT=SHARE, such as first_use=0.6"),
        ("first_use=2", "a rate is between 0 and 1, unlike first_use=2"),
        ("first_use=nan", "a rate is between 0 and 1"),
        ("upgraded=1", "no wait ends by upgraded; events that end one are: first_use"),
    ],
)
def test_a_rate_that_is_none_is_refused(bare_terminal: Terminal, file: Path, rate: str, told: str) -> None:
    """Otherwise a typing error would look like a figure."""
    said = bare_terminal.run("cost", str(file), "--rate", rate)
    assert (said.code, told in said.error) == (BAD_INPUT, True)
