"""Workflows that were started with names alone enroll their person; endings are recorded whatever they are called."""

from datetime import timedelta
from typing import Any

import pytest
from temporalio.exceptions import ApplicationError

from activities.enrollment import EnrollmentActivities
from activities.orders import CloseOrder, Opened, OpenOrder
from channels.protocol import Failure
from models import enrollments
from models.database import Database
from models.enrollments import Enrollment
from tests.activities.conftest import Fakes
from tests.activities.desk import JOURNEY, NOW, Desk, environment
from tests.fakes import refusal

WORKFLOW = "journey/other/alice"


@pytest.fixture
def published(desk: Desk) -> Desk:
    """A second journey, in which Alice is not yet."""
    desk.publish(JOURNEY.replace("journey: trip", "journey: other").replace("signed_up", "asked"))
    return desk


def opening(desk: Desk, workflow: str = WORKFLOW, **names: Any) -> Opened:
    """The activity as the workflow of this id runs it."""
    order = OpenOrder(**{"journey": "other", "user": "alice", "key": "", "now": NOW, **names})
    found = environment(workflow_id=workflow).run(EnrollmentActivities(desk.database).open, order)
    assert isinstance(found, Opened)
    return found


def hopeless(desk: Desk, **names: Any) -> str:
    """The type of the error that no retry mends."""
    with pytest.raises(ApplicationError) as raised:
        opening(desk, **names)
    assert raised.value.non_retryable
    return str(raised.value.type)


def enrollment(database: Database, enrollment_id: str) -> Enrollment:
    """The row."""
    with database.session() as session:
        return session.get_one(Enrollment, enrollment_id)


def close(desk: Desk, enrollment_id: str, reason: str, after: timedelta = timedelta(0)) -> None:
    """The activity."""
    environment().run(EnrollmentActivities(desk.database).close, CloseOrder(enrollment_id, reason, NOW + after))


def test_names_become_an_enrollment_with_the_journey_that_travels_along(published: Desk) -> None:
    """The workflow gets everything that it needs to run."""
    opened = opening(published)
    assert opened.definition["journey"] == "other"
    row = enrollment(published.database, opened.enrollment)
    assert (row.user_id, row.workflow_id, row.started_at) == ("alice", WORKFLOW, NOW)


def test_a_retry_finds_the_enrollment_of_the_first_attempt(published: Desk) -> None:
    """The first may have died after its commit."""
    assert opening(published) == opening(published)


@pytest.mark.parametrize(
    ("names", "error"),
    [
        ({"user": "nobody"}, "NotFound"),
        ({"journey": "nowhere"}, "NotFound"),
        ({"journey": "trip"}, "AlreadyEnrolled"),  # by signing up, in the workflow of that name
        ({"key": "k" * 129}, "BadInput"),
        ({"key": "a\0b"}, "BadInput"),
        ({"user": "half \ud83d"}, "BadInput"),
        ({"workflow": "w" * 401}, "BadInput"),
    ],
)
def test_what_no_retry_mends_is_not_retried(published: Desk, names: dict[str, str], error: str) -> None:
    """The workflow fails with the reason, and does not try for a year."""
    assert hopeless(published, **names) == error


def test_nobody_enters_again_by_hand_after_the_end(published: Desk) -> None:
    """The row outlives Temporal's retention."""
    close(published, opening(published).enrollment, "done")
    assert hopeless(published) == "AlreadyEnrolled"


def test_a_database_that_is_away_is_waited_for(published: Desk) -> None:
    """That passes."""
    away = Desk(Database("postgresql://localhost:1/x"), {})
    with pytest.raises(ApplicationError) as raised:
        opening(away)
    assert (raised.value.type, raised.value.non_retryable) == ("Unreachable", False)


def test_the_first_reason_of_an_end_stays(desk: Desk) -> None:
    """A retry of closing changes nothing."""
    mine = desk.enrollments["alice"]
    close(desk, mine, "moved_away")
    close(desk, mine, "later", after=timedelta(days=1))
    row = enrollment(desk.database, mine)
    assert (row.ended_reason, row.ended_at) == ("moved_away", NOW)


@pytest.mark.parametrize(
    ("given", "kept"),
    [("x" * 1000, "x" * 200), ("a\0b", "a?b"), ("half \ud83d", "half ?"), ("\x1b[31mred\n", "?[31mred?")],
)
def test_an_end_is_recorded_whatever_its_reason_is_called(desk: Desk, given: str, kept: str) -> None:
    """Any Temporal client may signal an exit; a workflow must not be stuck for a year on its words."""
    mine = desk.enrollments["alice"]
    close(desk, mine, given)
    assert enrollment(desk.database, mine).ended_reason == kept


def test_what_was_still_being_sent_is_settled_at_the_end(desk: Desk, fakes: Fakes) -> None:
    """In doubt becomes unknown, waiting for a retry becomes failed; nothing stays open for ever."""
    fakes["sms"].raises = [refusal(Failure.AMBIGUOUS)]
    fakes["email"].raises = [refusal(Failure.TRANSIENT)]
    desk.refused(desk.order(via=("sms",), step="one"))
    desk.refused(desk.order(via=("email",), step="two"))
    close(desk, desk.enrollments["alice"], "exited")
    assert sorted(desk.story()) == [("email", "failed", "exited"), ("sms", "unknown", "exited")]


def test_closing_what_is_not_there_is_no_error(desk: Desk) -> None:
    """The person may have been erased."""
    close(desk, "gone", "erased")
    with desk.database.session() as session:
        assert [row.ended_at for row in enrollments.of_person(session, "alice")] == [None]
