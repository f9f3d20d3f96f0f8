"""Opening and closing enrollments for workflows."""

from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.orders import CloseOrder, Opened, OpenOrder, as_json
from domain.errors import BadInput, HomingError, NotFound
from models import enrollments, messages
from models.database import Database


class EnrollmentActivities:
    """The enrollment's row follows the workflow's life."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @activity.defn(name="open_enrollment")
    def open(self, order: OpenOrder) -> Opened:
        """Enroll the person. Fails for good when they or the journey are unknown, or have done it already."""
        workflow_id = activity.info().workflow_id
        try:
            with self._database.session() as session:
                found = enrollments.open_newest(session, order.journey, order.user, order.key, order.now, workflow_id)
        except HomingError as error:
            hopeless = isinstance(error, NotFound | BadInput)
            raise ApplicationError(str(error), type=type(error).__name__, non_retryable=hopeless) from error
        if found.row.workflow_id != workflow_id or found.row.ended_at:
            message = f"{order.user} is or was in {order.journey} already, by workflow {found.row.workflow_id}"
            raise ApplicationError(message, type="AlreadyEnrolled", non_retryable=True)
        return Opened(found.row.id, found.version.definition, found.attributes, found.zone)

    @activity.defn(name="close_enrollment")
    def close(self, order: CloseOrder) -> None:
        """End the enrollment and settle what was still being sent."""
        with self._database.session() as session:
            enrollments.lock(session, order.enrollment)  # first, as everybody locks it before its messages
            messages.abandon(session, order.enrollment, "exited", order.now)
            enrollments.close(session, order.enrollment, order.reason, order.now, as_json(order.progress))
