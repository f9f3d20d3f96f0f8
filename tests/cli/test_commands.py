"""The commands in good times: what a person types, and what they read."""

import json
from datetime import UTC, datetime
from pathlib import Path

from models import crowd
from models.database import Database
from tests.cli.conftest import Terminal
from tests.stage import Stage

JOURNEY = """
journey: hello
title: "[bold]Hello[/b] :smile:"
entry: {event: signed_up}
exit_on: account_deleted
topic: test
steps:
  - id: first-use
    wait_for: {event: first_use}
    timeout: 30d
  - {id: bravo, send: first_use_praise}
"""
ODD = {"note": ["[/b] [red] :smile: \x1b[31m"]}


def publish(terminal: Terminal, folder: Path) -> None:
    """Publish the journey from a file."""
    file = folder / "hello.yaml"
    file.write_text(JOURNEY)
    assert terminal.run("journeys", "publish", str(file)).out.startswith("published hello ")


def words(line: str) -> list[str]:
    """The cells of a table's row."""
    return [cell.strip() for cell in line.strip("│").split("│")]


async def test_from_signup_to_the_last_message(live: Terminal, stage: Stage, tmp_path: Path) -> None:
    """Every command has something to say on the way."""
    publish(live, tmp_path)
    user = stage.user("ana")
    workflow = f"journey/hello/{user}"
    signup = ("signup", user, "--email", "ana@example.com", "--attributes", json.dumps(ODD))
    assert (await live.run_beside(*signup)).out == f"{user} is signed up\nstarted {workflow}\n"
    assert (await live.run_beside(*signup)).out == f"{user} is signed up already\n"
    page_viewed = ("event", user, "page_viewed", "--message-id", "m-1")
    told = f"page_viewed of {user} is recorded\nno journey of theirs waits for it\n"
    assert (await live.run_beside(*page_viewed)).out == told
    assert (await live.run_beside(*page_viewed)).out == f"page_viewed of {user} is recorded already\n"
    assert (await live.run_beside("signal", user, "pause")).out == f"pause: told {workflow}\n"
    assert (await live.run_beside("signal", user, "resume", "--journey", "hello")).out == f"resume: told {workflow}\n"
    told = f"first_use of {user} is recorded\ntold {workflow}\n"
    assert (await live.run_beside("signal", user, "first-use")).out == told
    await stage.until(lambda: stage.enrollment("ana").ended_at is not None)
    shown = (await live.run_beside("status", user)).out
    assert "first_use_praise" in shown
    assert "completed" in shown
    assert repr(ODD) in shown
    assert "\x1b" not in shown
    said = (await live.run_beside("why", user)).out.splitlines()
    assert said[0] == f"{user}, by the clocks of UTC"
    assert said[-1].endswith("hello/bravo  By email: sent.")
    nothing = await live.run_beside("why", user, "other")
    assert (nothing.code, nothing.error.split(";")[0]) == (3, f"{user} has no message other")


async def test_an_exit_is_told_with_its_reason(live: Terminal, stage: Stage, tmp_path: Path) -> None:
    """Whatever the reason looks like: it is no markup."""
    publish(live, tmp_path)
    user = stage.user("ana")
    await live.run_beside("signup", user, "--email", "ana@example.com")
    await live.run_beside("signal", user, "exit", "--reason", "[/b] moved")
    await stage.until(lambda: stage.enrollment("ana").ended_at is not None)
    assert "[/b] moved" in (await live.run_beside("status", user)).out
    said = await live.run_beside("signal", user, "pause")
    assert (said.error, said.code) == (f"{user} is in no running journey", 3)
    said = await live.run_beside("signal", user, "pause", "--journey", "helo")
    assert (said.error, said.code) == ("there is no journey 'helo'; see `starter.py journeys list`", 3)


async def test_an_unknown_person_has_no_events(live: Terminal) -> None:
    """They are signed up first."""
    said = await live.run_beside("event", "nobody-1", "first_use")
    assert (said.error, said.code) == ("nobody is known by the id nobody-1; sign them up first", 3)


async def test_a_signup_without_any_journey_says_what_to_run(live: Terminal) -> None:
    """And signs nobody up."""
    said = await live.run_beside("signup", "u-1", "--email", "ana@example.com")
    assert "run `starter.py journeys publish`" in said.error
    assert "Nobody yet" in live.run("people").out


async def test_people_are_listed_page_by_page_one_on_a_line(live: Terminal, tmp_path: Path) -> None:
    """Also through a pipe, where there is no width to fit into."""
    publish(live, tmp_path)
    users = ["u-" + "1" * 120, "u-2" + "2" * 120, "u-3"]
    for user in users:
        await live.run_beside("signup", user, "--email", "ana@example.com", "--zone", "America/Sao_Paulo")
    first = live.run("people", "--limit", "2").out
    rows = [words(line) for line in first.splitlines() if "Sao_Paulo" in line]
    assert [row[:5] for row in rows] == [[user, "en", "America/Sao_Paulo", "any", "1"] for user in users[:2]]
    assert f"more: starter.py people --after {users[1]}" in first
    assert users[2] in live.run("people", "--after", users[1]).out
    assert live.run("people", "--after", users[2]).out == "Nobody after that.\n"


def test_journeys_are_checked_published_and_listed(terminal: Terminal, tmp_path: Path) -> None:
    """By their files; publishing again changes nothing."""
    file = tmp_path / "hello.yaml"
    file.write_text(JOURNEY)
    assert "hello" in terminal.run("journeys", "check", str(file)).out
    publish(terminal, tmp_path)
    publish(terminal, tmp_path)
    [row] = [words(line) for line in terminal.run("journeys", "list").out.splitlines() if "hello" in line]
    assert (row[0], row[2], row[3]) == ("hello", "[bold]Hello[/b] :smile:", "signed_up")


def test_whoever_publishes_hears_of_receipts_that_do_not_come(terminal: Terminal, tmp_path: Path) -> None:
    """A mail server reports nothing, so each mail would be followed by a text; so does the worker when it starts."""
    step = "- {id: hi, send: welcome, via: [email, sms], fallback: {unless: delivered, after: 1h}}"
    (tmp_path / "hello.yaml").write_text(JOURNEY.partition("steps:")[0] + f"steps:\n  {step}\n")
    terminal.set(HOMING_SMTP_URL="smtp://127.0.0.1", HOMING_EMAIL_FROM="us@acme.example", HOMING_SANDBOX_URL="")
    said = terminal.run("journeys", "publish", str(tmp_path / "hello.yaml"))
    always = "nobody hears of email that it was delivered, so the next channel always follows it: a mail server reports"
    assert (said.code, always in said.err) == (0, True)


def test_the_shipped_journeys_are_good(terminal: Terminal) -> None:
    """Without an argument all of the journeys folder is meant."""
    assert terminal.run("journeys", "check").code == 0
    assert "onboarding" in terminal.run("journeys", "publish").out


def test_consents_are_written_down_and_read(terminal: Terminal, database: Database) -> None:
    """With what nobody knows and what is no topic in one line each."""
    with database.session() as session:
        crowd.create(session, ["u-1"], datetime.now(UTC))
    assert "has said nothing yet" in terminal.run("consents", "u-1").out
    terminal.run("consents", "u-1", "--agree", "news", "--kind", "confirmed", "--source", "call of [3 March]")
    rows = terminal.run("consents", "u-1", "--take-back", "news", "--channel", "sms").out.splitlines()
    assert [words(row)[1:] for row in rows if "news" in row] == [
        ["agreed", "news", "all", "confirmed", "call of [3 March]", "command line"],
        ["taken back", "news", "sms", "express", "", "command line"],
    ]
    assert terminal.run("consents", "u-2").error == "nobody is known by the id u-2"
    assert terminal.run("consents", "u-1", "--agree", "News!").error.startswith("'News!' is no topic")


def test_migrating_says_that_it_is_done(bare_terminal: Terminal, fresh_database: str) -> None:
    """As often as one likes."""
    bare_terminal.set(HOMING_DATABASE_URL=fresh_database)
    for _ in range(2):
        assert bare_terminal.run("migrate").out == "the schema is up to date\n"
