"""Each message that ships, as one fixed person gets it: what an edit changes is seen, in every language and channel.

To renew the files after an edit that is meant: make test ARGS="tests/templates --renew-golden"
"""

import difflib
from dataclasses import asdict
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest

from domain.delivery import ChannelName
from domain.templates import Rendered, Templates
from domain.templates.segments import segments
from domain.templates.telling import CODE, sample_of, told
from runtime.settings import ROOT
from runtime.template_files import read_templates

GOLDEN = Path(__file__).parent / "golden"
PRODUCT = {"name": "Homing", "url": "https://homing.example", "address": "1 Main Street, Springfield"}
LINKS = {"unsubscribe": "https://homing.example/u/1", "preferences": "https://homing.example/p/1"}
NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
HOW = 'make test ARGS="tests/templates --renew-golden"'


@cache
def shipped() -> Templates:
    """The templates of this checkout."""
    return Templates.parse(read_templates(ROOT / "templates"), "en")


def written(name: str, locale: str) -> str:
    """All that a template says in one language, as one file."""
    there = shipped()
    found = [
        part
        for channel in there.channels(name)
        if locale in there.locales(name, channel)
        for part in parts(channel, message(name, channel, locale))
    ]
    return "\n".join(found)


def message(name: str, channel: str, locale: str) -> Rendered:
    """What Alice gets, who lives in Sao Paulo."""
    links = {} if name == CODE else LINKS
    zone = "America/Sao_Paulo"
    alice = told("alice-1", {"first_name": "Alice"}, PRODUCT, NOW, zone=zone, journey="onboarding", links=links)
    return shipped().render(name, channel, locale, {**alice, **sample_of(name, channel)})


def parts(channel: str, sent: Rendered) -> list[str]:
    """A message as text, field by field."""
    fields = {key: value for key, value in asdict(sent).items() if isinstance(value, str) and key != "locale"}
    if channel == ChannelName.SMS:
        cut = segments(sent.text)
        fields["segments"] = f"{len(cut.parts)} in {cut.encoding}"
    return [f"=== {channel} {field} ===\n{value.rstrip()}\n" for field, value in fields.items()]


EACH = [
    (name, locale)
    for name in shipped().names()
    for locale in sorted({each for channel in shipped().channels(name) for each in shipped().locales(name, channel)})
]


@pytest.mark.parametrize(("name", "locale"), EACH)
def test_a_message_says_what_it_said(name: str, locale: str, request: pytest.FixtureRequest) -> None:
    """The difference is shown as that of a file."""
    file, now = GOLDEN / name / f"{locale}.txt", written(name, locale)
    if request.config.getoption("--renew-golden"):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(now, encoding="utf-8")
    before = file.read_text(encoding="utf-8") if file.exists() else ""
    if now != before:
        lines = difflib.unified_diff(before.splitlines(), now.splitlines(), "as it was", "as it is", lineterm="")
        pytest.fail("\n".join([f"{name} has changed in {locale}; if that is meant: {HOW}", *lines]), pytrace=False)


def test_no_file_is_of_a_template_that_is_gone(request: pytest.FixtureRequest) -> None:
    """What nobody sends is removed with its template."""
    wanted = {GOLDEN / name / f"{locale}.txt" for name, locale in EACH}
    gone = set(GOLDEN.rglob("*.txt")) - wanted
    if request.config.getoption("--renew-golden"):
        for file in gone:
            file.unlink()
        return
    assert not gone, f"remove them, or: {HOW}"
