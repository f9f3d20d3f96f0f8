"""Which WhatsApp texts are approved, by the deployment's file, and what is said of those that are not."""

from pathlib import Path

import pytest
from structlog.testing import capture_logs

from domain.errors import BadInput, Misconfigured
from domain.templates import Templates
from runtime.approved_words import check_copies, read_copies, told

SID = "HX" + "0" * 32
TEMPLATES = Templates.parse({"hello/en.yaml": "whatsapp: Hello", "hello/tr.yaml": "whatsapp: Merhaba"}, "en")


def test_a_file_tells_what_is_approved(tmp_path: Path) -> None:
    """By template and locale: nobody gets another language's copy."""
    file = tmp_path / "whatsapp.yaml"
    file.write_text(f"hello: {{en: {SID}}}")
    copies = read_copies(file, "http://127.0.0.1:8025")
    assert (copies(("hello", "en")), copies(("hello", "tr"))) == (SID, None)
    said = "1 WhatsApp texts reach only people who wrote within a day; HOMING_WHATSAPP_TEMPLATES lacks hello/tr"
    assert told(TEMPLATES, copies) == said


def test_the_sandbox_approves_of_everything_and_nobody_else_of_anything() -> None:
    """A rehearsal needs no file; a deployment without one is told when it starts, unless it sends no WhatsApp."""
    assert told(TEMPLATES, read_copies(None, "http://127.0.0.1:8025")) is None
    with capture_logs() as logs:
        check_copies(TEMPLATES, {"whatsapp": None}, read_copies(None))
        check_copies(TEMPLATES, {"sms": None}, read_copies(None))
    assert [(one["event"], one["templates"]) for one in logs] == [("whatsapp.unapproved", ["hello/en", "hello/tr"])]


def test_a_file_that_is_missing_or_wrong_stops_the_start(tmp_path: Path) -> None:
    """Otherwise most messages would take the next channel, and nobody would know why."""
    with pytest.raises(Misconfigured, match=r"HOMING_WHATSAPP_TEMPLATES: .* cannot be read"):
        read_copies(tmp_path / "nowhere.yaml")
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("hello: HX1")
    with pytest.raises(BadInput, match=r"wrong.yaml:1: "):
        read_copies(wrong)
