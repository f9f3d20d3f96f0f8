"""The people of a test in PostgreSQL."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime

from client import records
from domain.delivery import NEED_NO_CONTACT, ChannelName
from domain.verification.contacts import CONTACT_OF, Contact
from models import consents, enrollments, people, push
from models.database import Database
from models.enrollments import Opened
from models.push import PushSubscription
from testkit.people import Person


class Register:
    """Stores what a test says of people, and reads what journeys have changed about them."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: dict[str, Person] = {}

    def save(self, person: Person, now: datetime) -> None:
        """As a sign-up does."""
        self._known[person.user] = person
        row = people.Person(
            id=person.user,
            locale=person.locale,
            zone=person.zone or records.UNKNOWN_ZONE,
            channels=list(person.channels),
            attributes=person.attributes,
            created_at=now,
            updated_at=now,
        )
        with self._database.session() as session:
            people.save_person(session, row, ["locale", "zone", "channels"])
            contacts = {name: one for name, one in person.addresses.items() if name not in NEED_NO_CONTACT}
            people.save_addresses(session, person.user, contacts)
            if ChannelName.PUSH in person.addresses:
                push.register(session, _browser(person.user, now))
            consents.record(session, person.user, [{**asdict(one), "source": "test"} for one in person.said])

    def verify(self, person: Person, contact: Contact, now: datetime) -> None:
        """They have shown that it is theirs, on each channel that leads to it."""
        theirs = {to for channel, to in person.addresses.items() if CONTACT_OF.get(ChannelName(channel)) is contact}
        with self._database.session() as session:
            for address in sorted(theirs):
                people.verify_address(session, person.user, address, now)

    def refresh(self) -> None:
        """Attributes that journeys have set are those of the test's people as well."""
        with self._database.session() as session:
            for user, person in self._known.items():
                person.attributes = dict(session.get_one(people.Person, user).attributes)

    def enroll(self, person: Person, journey: str, key: str, now: datetime) -> Opened:
        """The person's new enrollment, or the one that the re-entry rule leaves them in."""
        self.save(person, now)
        return records.enter(self._database, person.user, journey, key, now)

    def looking(self, person: Person, attributes: Iterable[str]) -> list[Opened]:
        """The person's running enrollments that look at one of these attributes."""
        with self._database.session() as session:
            rows = enrollments.running(session, person.user, attributes=list(attributes))
            return [enrollments.on_version(session, row) for row in rows]


def _browser(user: str, now: datetime) -> PushSubscription:
    """One that nothing is ever encrypted for: the channels of tests are stand-ins."""
    return PushSubscription(
        id=f"browser-{user}"[:64],
        user_id=user,
        endpoint="",
        p256dh="",
        auth="",
        server_key="",
        browser="",
        created_at=now,
        registered_at=now,
    )
