"""Where a person can be reached: their addresses, and what needs none."""

from sqlmodel import Session

from domain.delivery import ChannelName, Endpoint
from models import people


def endpoints(session: Session, user_id: str) -> list[Endpoint]:
    """All that there are, ended and suppressed ones too. Everybody has an inbox, under their own id."""
    return [*people.endpoints(session, user_id), Endpoint(ChannelName.IN_APP, user_id, verified=True)]
