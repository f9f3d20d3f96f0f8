"""How a person has answered on each channel lately, counted by one statement over indexes by person."""

from datetime import datetime

from sqlalchemy import text
from sqlmodel import Session

from domain.contact.habits import LOOKS_BACK, MONTH, Habit, Response
from domain.inbound import Deed

# STOP and other keywords are no answers, nor is what no person wrote; codes are asked for, whatever leads there.
FOUND = text(f"""
    select channel, response, months_ago, count(*) from (
        select channel, floor(extract(epoch from cast(:now as timestamptz) - reserved_at) / :month)::int as months_ago,
            case
                when clicked_at is not null then '{Response.CLICKED}'
                when opened_at is not null then '{Response.OPENED}'
                when failed_at is not null then '{Response.FAILED}'
                when delivered_at is not null then '{Response.DELIVERED}'
                else '{Response.ACCEPTED}'
            end as response
        from messages
        where user_id = :user and reserved_at > :since and state = 'accepted' and enrollment_id is not null
        union all
        select channel, floor(extract(epoch from cast(:now as timestamptz) - received_at) / :month)::int,
            '{Response.REPLIED}'
        from inbound_messages
        where user_id = :user and received_at > :since and deed = '{Deed.HEARD}'
    ) as one
    group by channel, response, months_ago
""")  # noqa: S608


def of_person(session: Session, user_id: str, now: datetime) -> list[Habit]:
    """Of the time that counts."""
    values = {"user": user_id, "now": now, "since": now - LOOKS_BACK, "month": MONTH.total_seconds()}
    found = session.connection().execute(FOUND, values)
    return [Habit(channel, Response(response), months, count) for channel, response, months, count in found]
