"""The plugin in a customer's own folder: their journeys, their templates, their pytest."""

from pathlib import Path

import pytest

from runtime.settings import ROOT

JOURNEY = """
journey: trial
title: Two weeks to try
entry: {event: trial_began}
topic: trial
quiet_hours: none
steps:
  - {id: hello, send: hello}
  - id: bought
    wait_for: {event: bought}
    timeout: 14d
  - {id: last-call, send: last_call}
"""
TEMPLATES = {
    "hello/en.yaml": "sms: 'Hello {{ user.attributes.first_name }}, this is {{ product.name }}'\n",
    "last_call/en.yaml": "sms: The last day\n",
}
PASSING = """
def test_the_last_call_comes_after_two_weeks(journey):
    ana = journey("trial").enter(first_name="Ana")
    assert ana.last_message.text == "Hello Ana, this is Initech"
    assert ana.after("14d").messages == ["hello", "last_call"]
"""
FAILING = """
def test_that_fails(journey, provider):
    provider.fails("sms", times=1)
    ana = journey("trial").enter(user="ana", first_name="Ana", zone="America/Sao_Paulo").after("1h")
    bob = journey("trial").enter(user="bob").does("bought")
    assert ana.messages == ["hello", "offer"]

def test_that_fails_elsewhere(journey):
    ana = journey("trial").enter(user="ana")
    assert ana.waits_at is None

def test_that_is_wrong(journey):
    journey("trail")
"""


@pytest.fixture
def folder(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A journey and its templates, in a repository of their own."""
    for variable in ("HOMING_JOURNEYS_DIR", "HOMING_TEMPLATES_DIR"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("HOMING_PRODUCT_NAME", "Initech")
    files = {"flows/trial.yaml": JOURNEY, **{f"words/{name}": text for name, text in TEMPLATES.items()}}
    for name, text in files.items():
        (pytester.path / name).parent.mkdir(parents=True, exist_ok=True)
        (pytester.path / name).write_text(text, encoding="utf-8")
    return pytester.path


def run(pytester: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    """pytest in that folder, in this process."""
    return pytester.runpytest_inprocess(
        "-p", "testkit.plugin", "-p", "no:cacheprovider", "-p", "no:asyncio", *arguments
    )


def test_folders_are_settings_beside_the_configuration_file(pytester: pytest.Pytester, folder: Path) -> None:
    """Relative to it, wherever pytest is started."""
    pytester.makeini("[pytest]\nhoming_journeys = flows\nhoming_templates = words\n")
    pytester.makepyfile(PASSING)
    run(pytester).assert_outcomes(passed=1)


def test_folders_are_options_too(pytester: pytest.Pytester, folder: Path) -> None:
    """Which win over the settings."""
    pytester.makeini("[pytest]\nhoming_journeys = nowhere\n")
    pytester.makepyfile(PASSING)
    run(pytester, "--homing-journeys=flows", f"--homing-templates={folder / 'words'}").assert_outcomes(passed=1)


def test_folders_are_those_that_production_reads_otherwise(
    pytester: pytest.Pytester, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By its variables."""
    monkeypatch.setenv("HOMING_JOURNEYS_DIR", str(folder / "flows"))
    monkeypatch.setenv("HOMING_TEMPLATES_DIR", str(folder / "words"))
    pytester.makepyfile(PASSING)
    run(pytester).assert_outcomes(passed=1)


def test_a_failing_test_shows_what_was_expected_and_each_persons_story(pytester: pytest.Pytester, folder: Path) -> None:
    """With the step where they are; nobody has to run it again to see."""
    pytester.makeini("[pytest]\nhoming_journeys = flows\nhoming_templates = words\n")
    pytester.makepyfile(FAILING)
    result = run(pytester)
    result.assert_outcomes(failed=3)
    result.stdout.fnmatch_lines(
        [
            "E *assert messages == the expected ones",
            "E *  hello",
            "E *- offer *expected, and did not go out",
            "*Homing: the story of ana*",
            "ana in trial *: en, America/Sao_Paulo (first_name='Ana')",
            "  Mon 2 Mar 2026 06:00 *enters by trial_began",
            "  Mon 2 Mar 2026 06:10 *hello by sms: Hello Ana, this is Initech",
            "  Mon 2 Mar 2026 07:00 *waits at bought for bought until Mon 16 Mar 2026 06:10",
            "*Homing: the story of bob*",
            "  Mon 2 Mar 2026 10:00 *hello by sms: Hello , this is Initech",
            "  Mon 2 Mar 2026 10:00 *does bought",
            "  Mon 2 Mar 2026 10:00 *last-call: not by email, no_text_for_channel",
            "  Mon 2 Mar 2026 10:00 *last-call: last_call by sms: The last day",
            "*has left, after last-call: completed",
        ],
        consecutive=False,
    )


def test_an_assertion_about_a_person_says_where_they_are(pytester: pytest.Pytester, folder: Path) -> None:
    """Whatever it was about."""
    pytester.makeini("[pytest]\nhoming_journeys = flows\nhoming_templates = words\n")
    pytester.makepyfile(FAILING)
    output = run(pytester, "-k", "elsewhere").stdout.str()
    assert "<ana in trial: waits at bought for bought until Mon 16 Mar 2026 09:00>" in output


def test_an_error_of_the_author_points_to_the_line_of_the_test(pytester: pytest.Pytester, folder: Path) -> None:
    """And to none of the kit's."""
    pytester.makeini("[pytest]\nhoming_journeys = flows\nhoming_templates = words\n")
    pytester.makepyfile(FAILING)
    output = run(pytester, "-k", "wrong").stdout.str()
    assert "there is no journey 'trail'; did you mean trial?" in output
    assert str(ROOT / "testkit") not in output
    assert "entrance.py" not in output


def test_a_broken_file_fails_the_tests_of_its_journey_alone(pytester: pytest.Pytester, folder: Path) -> None:
    """A colleague's draft in the same folder stops nobody."""
    (folder / "flows" / "draft.yaml").write_text("journey: draft\nsteps: []\n", encoding="utf-8")
    pytester.makeini("[pytest]\nhoming_journeys = flows\nhoming_templates = words\n")
    pytester.makepyfile(PASSING + '\ndef test_of_the_draft(journey):\n    journey("draft")\n')
    result = run(pytester)
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["*draft.yaml:*'title' is missing*"])


POLICY = """
def test_the_second_message_is_one_too_many(journey):
    ana = journey("trial").enter(first_name="Ana").after("15d")
    assert ana.messages == ["hello"]
    assert [one.rule for one in ana.decisions if one.channel == "sms"] == ["address_usable", "capped"]
"""


@pytest.mark.parametrize("by", ["topic", "setting"])
def test_the_contact_policy_is_the_projects_own(
    pytester: pytest.Pytester, folder: Path, monkeypatch: pytest.MonkeyPatch, by: str
) -> None:
    """By `topics.yaml` beside its templates, and by the variables that production reads."""
    if by == "topic":
        (folder / "words/topics.yaml").write_text("trial: {name: {en: Trial}, cap: 1/30d}\n", encoding="utf-8")
    else:
        monkeypatch.setenv("HOMING_FREQUENCY_CAPS", "overall 1/30d")
    pytester.makeini("[pytest]\nhoming_journeys = flows\nhoming_templates = words\n")
    pytester.makepyfile(POLICY)
    run(pytester).assert_outcomes(passed=1)
