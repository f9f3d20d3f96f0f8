"""Whether what published journeys wait for can be heard here at all."""

import structlog

from domain.journey.checking.doubts import silent_here
from domain.journey.fallback import Unheard
from models import journeys
from models.database import Database

log = structlog.get_logger()


def check_hearing(database: Database, unheard: Unheard) -> None:
    """Warn of steps whose people get a message on the next channel as well, whatever became of the first."""
    with database.session() as session:
        published = [version.program().journey for version in journeys.newest_of_each(session)]
    for journey in published:
        for step, channel, mend in silent_here(journey, unheard):
            about = {"journey": journey.journey, "step": step.id, "channel": channel}
            log.warning("fallback.unheard", **about, effect="the next channel always follows", mend=mend)
