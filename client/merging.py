"""An anonymous person becomes a known one: their past is told again, and their own ways end."""

from uuid import uuid4

from client.batch import Hall
from client.folding import News, Outcome, changed_attributes
from domain.machine.stimuli import Order
from models import aliases
from models.aliases import Left
from models.crowd import Known
from models.journeys import ZONE
from models.outbox import Telling
from models.ways import MERGED

MOST_TOLD = 200  # of their events; a workflow remembers as many against duplicates


def merge(hall: Hall, previous: str, user: str) -> Outcome:
    """Move all that is of one person who is held to another; what is to be written and told yet."""
    gone = hall.people.pop(previous)
    left = aliases.move_enrollments(hall.session, previous, user, MERGED, hall.now)
    moved = aliases.move_events(hall.session, previous, user, MOST_TOLD)
    aliases.move_rest(hall.session, previous, user, hall.now)
    news = [News(user, one.name, one.properties, one.message_id, one.at) for one in moved]
    attributes = {**gone.attributes, **hall.people[user].attributes}
    lacking = changed_attributes(hall.people[user].attributes, attributes)
    fold = hall.fold({user}, news, {*lacking, ZONE})
    fold.change(user, _lacking(hall.people[user], gone), lacking)
    for one in news:
        fold.event(one)
    fold.outcome.tellings += [_exit(previous, one) for one in left]
    return fold.outcome


def _lacking(known: Known, gone: Known) -> dict[str, object]:
    """What the previous person said of themselves and the known one did not; a locale is one that somebody chose."""
    names = [name for name in ("zone", "channels") if not getattr(known, name)]
    names += [] if known.identified else ["locale"]
    return {name: getattr(gone, name) for name in names if getattr(gone, name) != getattr(known, name)}


def _exit(previous: str, left: Left) -> Telling:
    """Under the previous id, after what that workflow was to be told before."""
    order = {"order": Order.EXIT, "reason": MERGED, "id": uuid4().hex}
    return Telling(previous, "order", left.workflow_id, left.id, order)
