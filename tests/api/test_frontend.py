"""The scripts for customers' pages, as they are served."""

import pytest

from api.frontend import FOLDER, SCRIPTS
from tests.api.conftest import Api

MOST_BYTES = 12_000  # a page loads it on every first visit


@pytest.mark.parametrize("name", SCRIPTS)
async def test_a_script_may_be_loaded_by_pages_of_any_site(bare: Api, name: str) -> None:
    """Without a key; and browsers fetch it again only when it has changed."""
    answer = await bare.call("GET", f"/{name}", key="")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/javascript; charset=utf-8")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "max-age" in answer.headers["Cache-Control"]
    known = {"If-None-Match": answer.headers["ETag"]}
    assert (await bare.call("GET", f"/{name}", key="", headers=known)).status_code == 304
    assert (await bare.call("HEAD", f"/{name}", key="")).status_code == 200


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_is_small_and_runs_where_nothing_inline_may(name: str) -> None:
    """Customers have strict content security policies, and phones."""
    text = (FOLDER / name).read_text(encoding="utf-8")
    assert len(text.encode()) <= MOST_BYTES
    for forbidden in (
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "document.write",
        "eval(",
        "new Function",
        ".style",
    ):
        assert forbidden not in text
