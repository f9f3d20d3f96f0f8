"""The scenario's file: what it says, and what is said when it is wrong."""

from pathlib import Path

import pytest

from demo.run import SCENARIO
from demo.scenario import read
from domain.errors import BadInput

GOOD = '{"person": {"user_id": "ana", "email": "ana@example.com"}, "expects": ["welcome/email"], "ends": "completed"}'


def test_the_shipped_scenario_has_people_of_five_locales() -> None:
    """The demo shows what it promises."""
    assert {actor.person.locale for actor in read(SCENARIO)} == {"pt-BR", "id", "tr", "es", "en"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (GOOD.replace("ana@example.com", "ana"), "e-mail"),  # an address that no mail reaches
        (GOOD.replace('"ana"', '"ana@example.com"'), "looks like an e-mail address"),  # an id that is personal data
        (GOOD.replace('"ends"', '"ents"'), "ents"),  # a misspelt field
        (GOOD[:-1], "JSON"),  # a line that was cut off
    ],
)
def test_a_wrong_line_is_named_with_file_and_line(tmp_path: Path, text: str, words: str) -> None:
    """The author finds the place at once."""
    file = tmp_path / "people.jsonl"
    file.write_text(f"{GOOD}\n{text}\n", encoding="utf-8")
    with pytest.raises(BadInput, match=words) as raised:
        read(file)
    assert str(raised.value).startswith(f"{file}:2: ")
