"""Reading a templates folder into memory."""

from pathlib import Path

import pytest

from domain.errors import BadInput, Misconfigured
from runtime.template_files import read_templates


def test_template_files_are_read_by_their_path_and_notes_are_not(tmp_path: Path) -> None:
    """A .yml file is read so that parsing can complain about its name."""
    (tmp_path / "hello").mkdir()
    for file, text in {"hello/tr.yaml": "sms: şğı", "hello/en.yml": "sms: hi", "README.md": "notes"}.items():
        (tmp_path / file).write_text(text, encoding="utf-8")
    assert read_templates(tmp_path) == {"hello/tr.yaml": "sms: şğı", "hello/en.yml": "sms: hi"}


def test_a_missing_folder_names_the_setting(tmp_path: Path) -> None:
    """Whoever starts the worker knows which variable to set."""
    with pytest.raises(Misconfigured, match="HOMING_TEMPLATES_DIR"):
        read_templates(tmp_path / "nowhere")


def test_a_file_in_another_encoding_is_refused_by_name(tmp_path: Path) -> None:
    """Half-read letters never reach a person."""
    (tmp_path / "en.yaml").write_bytes("sms: ş".encode("utf-16"))
    with pytest.raises(BadInput, match=r"en\.yaml: is not UTF-8 text"):
        read_templates(tmp_path)
