"""What authors of templates type: check, list, preview, and one to themselves."""

import re
from pathlib import Path

import pytest

from tests.cli.conftest import Terminal
from tests.sandbox_server import Sandbox, sandbox, shared_sandbox

__all__ = ["sandbox", "shared_sandbox"]

ME = "alice@example.com"


@pytest.fixture
def trying(bare_terminal: Terminal, sandbox: Sandbox) -> Terminal:
    """With the sandbox for a provider, and a database that nobody started: none is needed."""
    bare_terminal.set(HOMING_SANDBOX_URL=sandbox.url, HOMING_DATABASE_URL="postgresql://127.0.0.1:1/none")
    return bare_terminal


def test_checking_tells_all_at_once_and_strict_takes_doubts_for_errors(bare_terminal: Terminal, tmp_path: Path) -> None:
    """Exit codes are for CI: doubts are no reason to stop, unless it says so."""
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "en.yaml").write_text("sms: '{{ plan }}'\nwhatsapp: http://x.example")
    said = bare_terminal.run("templates", "check", str(tmp_path))
    assert (said.code, said.out.splitlines()[0]) == (0, "1 template: good")
    assert "HOMING_WHATSAPP_TEMPLATES lacks a/en" in said.out  # no doubt about the template, but one about its reach
    assert [line.partition(": a/en.yaml:")[2][0] for line in said.err.splitlines()] == ["1", "2"]
    strict = bare_terminal.run("templates", "check", str(tmp_path), "--strict")
    assert (strict.code, strict.out, len(strict.err.splitlines())) == (2, "", 2)


def test_all_templates_are_listed(bare_terminal: Terminal) -> None:
    """Each with its channels and languages."""
    assert "en, es, id, pt-BR, tr" in bare_terminal.run("templates", "list").out


def test_a_preview_of_an_sms_tells_what_it_costs(bare_terminal: Terminal) -> None:
    """The letters that ask for the larger alphabet are named."""
    said = bare_terminal.run("templates", "preview", "welcome", "--channel", "sms", "--locale", "tr")
    heading, counted, text = said.out.splitlines()[:3]
    assert (heading, counted) == ("welcome  sms  tr", "2 SMS: 113 of 2 x 67 characters in UCS-2, because of ş ı İ ç")
    assert text.startswith("Hoş geldiniz, Alice!")


def test_a_preview_has_links_as_long_as_they_will_be(bare_terminal: Terminal) -> None:
    """They count in an SMS, and so does an accent that is typed as a letter and a sign behind it."""
    bare_terminal.set(HOMING_PUBLIC_URL="https://homing.example", HOMING_LINK_URL="https://acme.link")
    said = bare_terminal.run(
        *("templates", "preview", "welcome", "--channel", "sms", "--attributes", '{"first_name": "Rene\u0301"}')
    )
    _, counted, text = said.out.splitlines()[:3]
    assert (counted.partition(":")[0], counted.split()[-1]) == ("1 SMS", "GSM-7")
    assert re.search(r"René.* https://acme\.link/l/\w{12} ", text)


def test_a_preview_is_written_for_a_browser(bare_terminal: Terminal, tmp_path: Path) -> None:
    """The words are shown as text, markup of a name included."""
    file = tmp_path / "mail.html"
    who = '{"first_name": "<b>[red]Bob"}'
    said = bare_terminal.run("templates", "preview", "welcome", "--html", str(file), "--attributes", who)
    assert "Hi <b>[red]Bob," in said.out
    assert "Hi &lt;b&gt;[red]Bob," in file.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "code", "reason"),
    [
        (["preview", "welcme"], 3, "there is no template 'welcme'; there is welcome"),
        (["preview", "welcome", "--channel", "voice"], 3, "template welcome has no voice; it has email, in_app"),
        (["preview", "welcome", "--locale", "english"], 2, "locale 'english' is not known"),
        (["preview", "welcome", "--user", "u-1", "--attributes", "{}"], 2, "--user has attributes of their own"),
        (
            ["send-test", "welcome", "--to", "me", "--channel", "email"],
            2,
            "is not valid: An email address must have an @-sign",
        ),
        (["send-test", "welcome", "--to", "12345", "--channel", "sms"], 2, "is not in international format, such as"),
        (["send-test", "welcome", "--to", "u-1", "--channel", "push"], 2, "push goes to a person's own browsers"),
    ],
)
def test_mistakes_say_what_to_do(trying: Terminal, arguments: list[str], code: int, reason: str) -> None:
    """In one line, before anything is sent."""
    said = trying.run("templates", *arguments)
    assert (said.code, said.out) == (code, "")
    assert reason in said.err


def test_a_person_of_the_database_is_read_with_their_words(terminal: Terminal) -> None:
    """Nobody is found by a wrong id; and before anybody is known nothing is said of attributes."""
    assert terminal.run("templates", "check", "--database").err == ""
    said = terminal.run("templates", "preview", "welcome", "--user", "u-404")
    assert said.code == 3
    assert "nobody is known as u-404" in said.error


@pytest.mark.parametrize(
    ("channel", "to", "field"),
    [("email", ME, "subject"), ("sms", "+15005550010", "body"), ("whatsapp", "+15005550010", "body")],
)
def test_a_test_is_sent_and_marked_as_one(
    trying: Terminal, sandbox: Sandbox, channel: str, to: str, field: str
) -> None:
    """By the channel as it is configured; the provider gets no address to report to."""
    said = trying.run("templates", "send-test", "welcome", "--to", to, "--channel", channel)
    assert said.code == 0
    [message] = sandbox.messages()
    assert message["channel"] == channel
    assert str(message.get(field) or message).find("[TEST] ") >= 0
    assert not message.get("status_callback")


def test_a_refused_test_says_what_that_means(trying: Terminal, sandbox: Sandbox) -> None:
    """In the words of the channel, with an exit code of its own."""
    sandbox.fault(status_code=503, times=1)
    said = trying.run("templates", "send-test", "welcome", "--to", ME, "--channel", "email")
    assert said.code == 4
    assert "not now; try again" in said.err or "may or may not have gone out" in said.err


def test_a_channel_that_is_not_configured_is_named(trying: Terminal) -> None:
    """Settings are missing, not the template's words."""
    trying.set(HOMING_SANDBOX_URL=None)
    said = trying.run("templates", "send-test", "welcome", "--to", ME, "--channel", "email")
    assert said.code == 5
