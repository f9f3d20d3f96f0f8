"""`starter.py providers`: how the senders are."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.line import Line
from models import senders
from models.database import Database
from tests.cli.conftest import Terminal

SENDER = "twilio/sms/+15005550006"
SOON, LONG_AGO = datetime.now(UTC) + timedelta(hours=1), datetime(2026, 1, 1, tzinfo=UTC)


def test_before_any_worker_there_is_nothing_to_show(terminal: Terminal, database: Database) -> None:
    """Workers put their senders on record when they start."""
    assert "no worker" in terminal.run("providers").out


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        (Line(), "up"),
        (Line(next_slot=SOON), f"{SOON:%H:%M:%S}"),
        (Line(not_before=SOON, reason="rate_limited"), "left alone until"),
        (Line(failures=5, not_before=SOON, since=LONG_AGO, reason="no_answer"), "down, until"),
        (Line(failures=5, not_before=LONG_AGO, since=LONG_AGO, reason="no_answer"), "down, next one probes"),
    ],
)
def test_each_sender_is_shown_with_its_rate_and_its_state(
    terminal: Terminal, database: Database, line: Line, shown: str
) -> None:
    """Whoever is asked why messages wait finds it here."""
    with database.session() as session:
        senders.register(session, {SENDER: "10/s"})
        senders.store(session, SENDER, line)
    out = terminal.run("providers").out
    assert [part for part in (SENDER, "10/s", shown, line.reason or "") if part not in out] == []
