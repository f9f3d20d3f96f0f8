"""What a person wants, as far as each message asks for it: their consents and their pause, by one statement."""

from datetime import datetime

from sqlalchemy import text
from sqlmodel import Session

from domain.contact.consent import OptIn, Statement, standing

# As `consents.statements` and `pauses.until` have them, in the order in which they were said.
SAID = text("""
    select id, at, topic, channel, given, kind, null::timestamptz as until_at from consents where user_id = :user
    union all
    (
        select id, at, null, null, null, null, until_at from pauses where user_id = :user
        order by at desc, id desc limit 1
    )
    order by at, given desc, id
""")


def of_person(session: Session, user_id: str, now: datetime) -> tuple[list[Statement], datetime | None]:
    """What stands of their consents, and when the pause will be over that the person is in."""
    said: list[Statement] = []
    paused: datetime | None = None
    for _, at, topic, channel, given, kind, until in session.connection().execute(SAID, {"user": user_id}):
        if topic is None:
            paused = until if until > now else None
        else:
            said.append(Statement(topic, channel, given, at, OptIn(kind)))
    return standing(said), paused
