"""What a worker says at its start of receipts that never come."""

from structlog.testing import capture_logs

from activities.hearing import check_hearing
from domain.journey.file import parse
from models.database import Database
from models.journeys import publish
from tests.client.post import NOW

STEP = "{id: say, send: hello, via: [email, sms], fallback: {unless: delivered, after: 1h}}"
NEWS = f"journey: news\ntitle: News\nentry: {{event: signed_up}}\ntopic: test\nsteps: [{STEP}]\n"


def test_steps_that_wait_for_receipts_in_vain_are_named(database: Database) -> None:
    """With what to set. The last channel is followed by nothing, so nobody need hear of it."""
    with database.session() as session:
        publish(session, parse(NEWS, "news.yaml"), NOW)
    with capture_logs() as logs:
        check_hearing(database, {("email", "delivered"): "send by SendGrid", ("sms", "delivered"): "set a URL"})
        check_hearing(database, {("email", "opened"): "send by SendGrid"})
    said = [(one["event"], one["journey"], one["step"], one["channel"], one["mend"]) for one in logs]
    assert said == [("fallback.unheard", "news", "say", "email", "send by SendGrid")]
