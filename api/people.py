"""People as the API shows them, read in one transaction each."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from sqlmodel import Session

from api.answers import AddressAnswer, ConsentAnswer, ConsentChange, ConsentChanges, People, PersonAnswer, PersonLine
from api.forms import MOST_OF_A_NAME, ConsentForm
from client import views
from client.consents import history
from client.views import find
from domain.contact.habits import USUAL_ORDER, learned
from domain.identifiers import check_user_id
from domain.keys import KnownKey
from models import consents, crowd, habits, people
from models.consents import Consent
from models.database import Database


def exists(database: Database, user_id: str) -> bool:
    """Whether we know this person, perhaps by an id of before."""
    with database.session() as session:
        return crowd.look(session, [user_id])[user_id].exists


def today(database: Database, user_id: str) -> str:
    """The id by which a person is known now. Raises NotFound."""
    with database.session() as session:
        return find(session, user_id).id


def person(database: Database, user_id: str, now: datetime) -> PersonAnswer:
    """One person. Raises NotFound."""
    with database.session() as session:
        found = find(session, user_id)
        endpoints = people.endpoints(session, found.id)
        statements = consents.current(session, found.id)
        answers = [] if found.channels else habits.of_person(session, found.id, now)
    usual = [str(channel) for channel in USUAL_ORDER if channel in {one.channel for one in endpoints}]
    return PersonAnswer(
        user_id=found.id,
        locale=found.locale,
        zone=found.zone or None,
        channels=found.channels,
        learned_channels=[] if found.channels else list(learned(usual, answers).channels),
        attributes=found.attributes,
        addresses=[AddressAnswer(channel=e.channel, address=e.address, ended_reason=e.ended_reason) for e in endpoints],
        consents=[_consent(row) for row in statements],
        created_at=found.created_at,
        updated_at=found.updated_at,
    )


def page(database: Database, limit: int, cursor: str) -> People:
    """A page of people. Raises BadInput for a cursor that we did not give."""
    if cursor:
        check_user_id(cursor)
    lines = [_line(one) for one in views.page(database, limit, cursor)]
    return People(people=lines, cursor=lines[-1].user_id if len(lines) == limit else None)


def record_consents(session: Session, user_id: str, given: Sequence[ConsentForm], key: KnownKey, now: datetime) -> None:
    """Keep what the person said, each statement once, in the transaction that takes in what is said of them."""
    user = find(session, user_id).id
    consents.record(session, user, [one.statement(now, key.name[:MOST_OF_A_NAME]) for one in given])


def consent_changes(database: Database, user_id: str) -> ConsentChanges:
    """All that a person has agreed to or taken back, oldest first. Raises NotFound."""
    said = history(database, user_id)
    return ConsentChanges(changes=[ConsentChange(**asdict(one)) for one in said])


def _consent(row: Consent) -> ConsentAnswer:
    return ConsentAnswer(
        topic=row.topic,
        channel=row.channel or None,
        given=row.given,
        at=row.at,
        source=row.source,
        kind=row.kind,
        by=row.by,
    )


def _line(one: views.PersonLine) -> PersonLine:
    return PersonLine(
        user_id=one.person.id,
        locale=one.person.locale,
        zone=one.person.zone or None,
        running_journeys=one.running,
        messages=one.messages,
        last_message_at=one.last_message_at,
    )
