"""What is known of people, as tables for a terminal."""

from collections.abc import Sequence

from rich.table import Table

from cli.common import show_time
from client.views import PersonLine, PersonView


def people(lines: Sequence[PersonLine]) -> Table:
    """A page of people."""
    table = Table("id", "locale", "zone", "channels", "running journeys", "messages", "last message")
    for line in lines:
        who = line.person
        counts = (str(line.running), str(line.messages), show_time(line.last_message_at))
        table.add_row(who.id, who.locale, who.zone, ", ".join(who.channels) or "any", *counts)
    return table


def journeys(view: PersonView) -> Table:
    """Which journeys a person is and was in."""
    table = Table(
        "journey", "version", "started", "ended", "reason", "workflow", title="Journeys", title_justify="left"
    )
    for row in view.enrollments:
        times = (show_time(row.started_at), show_time(row.ended_at) or "running")
        table.add_row(row.journey, row.version, *times, row.ended_reason or "", row.workflow_id)
    return table


def messages(view: PersonView) -> Table:
    """What a person was sent, or not quite."""
    titles = ("when", "step", "template", "channel", "state", "message", "provider id")
    table = Table(*titles, title="Messages", title_justify="left")
    for row in view.messages:
        state = f"{row.state} ({row.reason})" if row.reason else row.state
        what = (row.step, row.template, row.channel, state, row.id, row.provider_id or "")
        table.add_row(show_time(row.reserved_at), *what)
    return table


def decisions(view: PersonView) -> Table:
    """Why each message went out or did not."""
    table = Table("when", "step", "channel", "verdict", "rule", title="Decisions", title_justify="left")
    for row in view.decisions:
        table.add_row(show_time(row.decided_at), row.step, row.channel, row.verdict, row.rule)
    return table
