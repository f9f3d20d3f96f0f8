"""What providers report of messages that they have taken, and how it adds up, in whatever order and how often it comes.

A receipt is one report. A story is all that is known of one message. Adding to it only ever takes the furthest state
and the earliest times, so late, doubled and reordered receipts lead to the same story.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from domain.delivery import Reported


class ReceiptState(StrEnum):
    """What one receipt says. Up to CLICKED each outdoes those before it; the others are facts beside."""

    QUEUED = "queued"
    SENT = "sent"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"  # the last mile refused it
    FAILED = "failed"  # the provider did not even try, or gave up
    BOUNCED = "bounced"  # the mailbox does not exist; some say so only after they have said that they took it
    OPENED = "opened"
    CLICKED = "clicked"

    DELAYED = "delayed"  # still trying
    PREFETCHED = "prefetched"  # a machine has opened it, which says nothing of the person
    COMPLAINED = "complained"  # reported as spam
    UNSUBSCRIBED = "unsubscribed"
    RESUBSCRIBED = "resubscribed"


class Blame(StrEnum):
    """Whose fault a failure is."""

    PERSON = "person"  # this address will never take it
    OURS = "ours"  # a setting or the content: an alert, and nobody's bounce
    NOBODY = "nobody"  # another day may be better


S = ReceiptState
LADDER = (S.QUEUED, S.SENT, S.DELIVERED, S.UNDELIVERED, S.FAILED, S.BOUNCED, S.OPENED, S.CLICKED)
RANK = {state: rank for rank, state in enumerate(LADDER)}
# What it means to journeys.
REPORTS = {
    S.DELIVERED: Reported.DELIVERED,
    S.UNDELIVERED: Reported.FAILED,
    S.FAILED: Reported.FAILED,
    S.BOUNCED: Reported.FAILED,
    S.OPENED: Reported.OPENED,
    S.CLICKED: Reported.CLICKED,
}


@dataclass(frozen=True, slots=True)
class Receipt:
    """One report. `key` is the same for the same report sent again; `at` is the provider's time, None if not told.

    The message is named by our id, or else by the provider's. `address` is where it went, as far as the provider
    repeats that. `detail` is for engineers and holds no personal data.
    """

    key: str
    channel: str
    state: ReceiptState
    message_id: str | None = None
    provider_id: str | None = None
    address: str | None = None
    at: datetime | None = None
    blame: Blame = Blame.NOBODY
    reason: str | None = None
    detail: str | None = None
    link: tuple[int, str] | None = None  # of a click on a link of ours: its number in the message, and whose site it is


@dataclass(frozen=True, slots=True)
class Story:
    """What receipts have said of one message so far: the furthest state, and when each thing was first so."""

    state: ReceiptState | None = None
    delivered_at: datetime | None = None
    opened_at: datetime | None = None
    clicked_at: datetime | None = None
    failed_at: datetime | None = None
    failed_reason: str | None = None  # of the first failure

    def when(self, reported: Reported) -> datetime | None:
        """When that was first so, None if it is not."""
        found: datetime | None = getattr(self, f"{reported}_at")
        return found


def add(story: Story, state: ReceiptState, at: datetime, reason: str | None = None) -> Story:
    """The story that knows of this receipt as well.

    >>> from datetime import UTC
    >>> noon, later = datetime(2026, 3, 1, 12, tzinfo=UTC), datetime(2026, 3, 1, 13, tzinfo=UTC)
    >>> add(add(Story(), S.OPENED, later), S.DELIVERED, noon).state
    <ReceiptState.OPENED: 'opened'>
    """
    if state not in RANK:
        return story
    furthest = max(filter(None, (story.state, state)), key=RANK.__getitem__)
    told = replace(story, state=furthest)
    reported = REPORTS.get(state)
    if reported is Reported.FAILED:
        before = (story.failed_at, story.failed_reason or "") if story.failed_at else (at, reason or "")
        first_at, first_reason = min(before, (at, reason or ""))
        return replace(told, failed_at=first_at, failed_reason=first_reason or None)
    return _at_first(told, reported, at) if reported else told


def _at_first(story: Story, reported: Reported, at: datetime) -> Story:
    known = story.when(reported)
    first = min(known, at) if known else at
    match reported:
        case Reported.DELIVERED:
            return replace(story, delivered_at=first)
        case Reported.OPENED:
            return replace(story, opened_at=first)
        case _:
            return replace(story, clicked_at=first)


def news(before: Story, after: Story) -> list[Reported]:
    """What has become so, that was not."""
    return [reported for reported in Reported if after.when(reported) and not before.when(reported)]
