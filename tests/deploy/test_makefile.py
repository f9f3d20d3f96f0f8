"""`make` alone teaches what can be done here."""

import os
import re
import subprocess

from runtime.settings import ROOT


def test_make_without_a_target_lists_every_target() -> None:
    """Each public target is shown with a sentence; `venv` is a means, not an end."""
    outer = {key: value for key, value in os.environ.items() if not key.startswith("MAKE")}
    shown = subprocess.run(["make"], cwd=ROOT, env=outer, capture_output=True, text=True, check=True).stdout
    phony = re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert phony
    assert set(re.findall(r"^  make (\w+) +\S", shown, re.MULTILINE)) == set(phony[1].split()) - {"venv"}
