"""Published journey versions: immutable, by content hash."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Index, text, tuple_
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlmodel import Field, Session, SQLModel, col, select

from domain.errors import NotFound
from domain.journey.language import Journey
from domain.journey.program import Program, compile_journey
from domain.journey.ready import ready
from domain.shown import shown
from models.base import instant, json_field


class JourneyVersion(SQLModel, table=True):
    """One version of one journey, with the events it wants to hear of, the attributes it looks at, and the steps whose
    receipts it does."""

    __tablename__ = "journey_versions"
    __table_args__ = (
        Index("ix_journey_versions_events", "events", postgresql_using="gin"),
        Index("ix_journey_versions_newest", "journey", "published_at"),
    )

    journey: str = Field(primary_key=True, max_length=64)
    version: str = Field(primary_key=True, max_length=64)
    title: str = Field(max_length=200)
    entry_event: str = Field(max_length=120)
    definition: dict[str, Any] = json_field()
    events: list[str] = json_field(list)
    attributes: list[str] = json_field(list)
    receipts: list[str] = json_field(list)
    published_at: datetime = instant()

    def program(self) -> Program:
        """Ready to run; compiled once in a process, since a version never changes."""
        return ready(self.definition)


ZONE = "$zone"  # among a version's attributes when it waits for local times; no attribute of a person is called so


NEWEST = text("""
    select distinct on (journey) journey, version from journey_versions order by journey, published_at desc
""")


TOPICS = text("""
    select distinct topic from (
        select distinct on (journey) definition ->> 'topic' as topic, definition ->> 'transactional' as transactional
        from journey_versions order by journey, published_at desc
    ) as newest where transactional is distinct from 'true' order by topic
""")


def publish(session: Session, journey: Journey, now: datetime) -> JourneyVersion:
    """Make this version the newest. Publishing the same content again moves it to the front and changes nothing.

    Except for what is read from its content, which may have been published before there was a column for it.
    """
    program = compile_journey(journey)
    row = JourneyVersion(
        journey=journey.journey,
        version=program.version,
        title=journey.title,
        entry_event=journey.entry.event,
        definition=journey.definition(),
        events=sorted(program.events),
        attributes=sorted(program.attributes | ({ZONE} if program.local else set())),
        receipts=sorted(program.receipts),
        published_at=now,
    )
    new = insert(JourneyVersion).values(**row.model_dump())
    again = {"published_at": now, "receipts": row.receipts}
    newest = new.on_conflict_do_update(index_elements=["journey", "version"], set_=again)
    session.execute(newest)
    return row


def newest(session: Session, journey: str) -> JourneyVersion | None:
    """The version that new enrollments take."""
    by_age = select(JourneyVersion).where(JourneyVersion.journey == journey)
    return session.exec(by_age.order_by(col(JourneyVersion.published_at).desc()).limit(1)).first()


def newest_of_each(session: Session) -> list[JourneyVersion]:
    """The version of each journey that new enrollments take."""
    statement = (
        select(JourneyVersion)
        .ext(distinct_on(col(JourneyVersion.journey)))
        .order_by(col(JourneyVersion.journey), col(JourneyVersion.published_at).desc())
    )
    return list(session.exec(statement))


def topics(session: Session) -> list[str]:
    """What the newest versions write about, but those of which nobody is asked whether they want them."""
    return list(session.connection().execute(TOPICS).scalars())


def newest_names(session: Session) -> list[tuple[str, str]]:
    """Each journey with its newest version, by name alone."""
    return [(journey, version) for journey, version in session.connection().execute(NEWEST)]


def load(session: Session, names: Collection[tuple[str, str]]) -> list[JourneyVersion]:
    """These versions of these journeys, as they will stay for ever."""
    if not names:
        return []
    wanted = tuple_(col(JourneyVersion.journey), col(JourneyVersion.version)).in_(list(names))
    found = list(session.exec(select(JourneyVersion).where(wanted)))
    for one in found:
        session.expunge(one)
    return found


def versions_of(session: Session, journey: str) -> list[JourneyVersion]:
    """Every version of one journey, newest first. Raises NotFound if there is none."""
    mine = select(JourneyVersion).where(JourneyVersion.journey == journey)
    found = list(session.exec(mine.order_by(col(JourneyVersion.published_at).desc())))
    if not found:
        raise NotFound(f"there is no journey {shown(journey)}; see `starter.py journeys list`")
    return found


def one_of(versions: Sequence[JourneyVersion], begin: str) -> JourneyVersion:
    """The version that begins so. Raises NotFound, also if several do."""
    found = [version for version in versions if version.version.startswith(begin)]
    if len(found) != 1:
        there = ", ".join(version.version for version in found or versions)
        problem = f"{len(found)} versions begin with" if found else "there is no version"
        raise NotFound(f"{problem} {shown(begin)} of {versions[0].journey}; there are: {there}")
    return found[0]


def all_versions(session: Session) -> list[JourneyVersion]:
    """Every version, newest first."""
    return list(session.exec(select(JourneyVersion).order_by(col(JourneyVersion.published_at).desc())))
