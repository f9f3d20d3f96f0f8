"""Unsubscribing on a real stack, as a person who tries the demo does it: from the sandbox's page to the books."""

import time
from collections.abc import Iterator

import pytest
import requests
from playwright.sync_api import Page, expect

from models import decisions
from models.database import Database
from models.decisions import StoredDecision
from stack.preparation import prepare
from stack.supervisor import Stack
from tests.sandbox.test_page import page

__all__ = ["page"]

TWO_SECONDS_A_DAY = 43_200.0  # six days between the mail and the next leave the browser its time
PATIENCE_S = 60.0
ALICE = {"email": "alice@example.com", "channels": ["email"], "locale": "pt-BR", "zone": "America/Sao_Paulo"}


def refusals(database: Database) -> list[StoredDecision]:
    """What Alice was not sent."""
    with database.session() as session:
        return [row for row in decisions.of_person(session, "alice") if row.verdict == "refused"]


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The demo's, in a hurry. It comes before the browser, whose event loop would be in its way."""
    folder = tmp_path_factory.mktemp("stack")
    with Stack(folder, pace=TWO_SECONDS_A_DAY, say=lambda _: None, prepare=prepare) as running:
        yield running


def test_after_one_click_in_the_sandbox_the_next_message_is_refused(stack: Stack, page: Page) -> None:
    """A mail comes, the person presses what Gmail shows beside it, and the journey goes on without writing to them."""
    info = stack.info
    known = {"Authorization": f"Bearer {info.api_key}"}
    requests.put(f"{info.api}/v1/users/alice", json=ALICE, headers=known, timeout=10).raise_for_status()
    page.goto(info.sandbox_url)
    with page.context.expect_page(timeout=PATIENCE_S * 1000) as opened:
        page.get_by_role("button", name="Unsubscribe with one click").click(timeout=PATIENCE_S * 1000)
    expect(opened.value.get_by_role("status")).to_contain_text("Você não receberá mais mensagens")
    expect(opened.value.get_by_role("status")).to_contain_text("Primeiros passos")
    database, deadline = Database(info.database_url), time.monotonic() + PATIENCE_S
    while not (found := refusals(database)) and time.monotonic() < deadline:
        time.sleep(0.2)
    database.close()
    assert [(one.rule, one.inputs["about"], one.channel) for one in found[:1]] == [
        ("consent_withdrawn", "onboarding", "email")
    ]
    footer = requests.get(f"{info.sandbox_url}/messages", timeout=10).json()[-1]["text"]
    assert "Homing Demo, 1 Example Street" in footer
    assert f"{info.api}/p/" in footer
