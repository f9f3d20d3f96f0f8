"""Alice and Bob with their apps, on a real PostgreSQL. Time is given, so that no test waits."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import pyotp
import pytest

from client.authenticators import codes, helping
from client.authenticators.checking import Approved, Checks
from client.authenticators.devices import Devices
from client.authenticators.vault import Vault
from domain.errors import HomingError
from models import people
from models.database import Database
from models.people import Person
from runtime.sealing import Seals, new_key

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
STEP = timedelta(seconds=30)
AT_ONCE = 12
T = TypeVar("T")


@dataclass
class App:
    """An authenticator app on somebody's phone."""

    id: str
    secret: str

    def code(self, now: datetime) -> str:
        """What it shows."""
        return pyotp.TOTP(self.secret).at(now)

    def wrong(self, now: datetime) -> str:
        """What it shows at no time near this one."""
        near = {self.code(now + steps * STEP) for steps in (-1, 0, 1)}
        return next(code for code in ("000000", "111111", "222222", "333333") if code not in near)


@dataclass
class Desk:
    """All that can be done with authenticator apps; `now` moves by hand."""

    database: Database
    keys: str
    now: datetime = NOON
    vault: Vault = field(init=False)

    def __post_init__(self) -> None:
        self.restart(self.keys)

    def restart(self, keys: str) -> None:
        """As a process that was started with these keys."""
        self.vault = Vault(Seals(keys))
        self.devices = Devices(self.database, self.vault, "Homing")
        self.checks = Checks(self.database, self.vault)

    def later(self, **more: float) -> None:
        """Time passes."""
        self.now += timedelta(**more)

    def enrol(self, user: str, name: str = "phone") -> App:
        """An app that scans the QR code, and is not confirmed yet."""
        enrolled = self.devices.enrol(user, name, f"{user}@example.com", self.now)
        return App(enrolled.row.id, enrolled.secret)

    def confirmed(self, user: str, name: str = "phone") -> tuple[App, list[str]]:
        """An app in use, and the recovery codes that were shown with it. A step later, so that it has a fresh code."""
        app = self.enrol(user, name)
        shown = self.devices.confirm(user, app.id, app.code(self.now), "key-1", self.now)
        self.later(seconds=30)
        return app, shown

    def check(self, user: str, code: str) -> Approved:
        """Somebody logs in."""
        return self.checks.check(user, code, self.now)

    def guess(self, user: str, code: str) -> str:
        """The name of the error that a code leads to, `right` for none."""
        try:
            self.check(user, code)
        except HomingError as error:
            return type(error).__name__
        return "right"

    def at_once(self, user: str, code: str, times: int = AT_ONCE) -> list[str]:
        """The same code from many at the same time."""
        with ThreadPoolExecutor(times) as pool:
            return sorted(pool.map(lambda _: self.guess(user, code), range(times)))

    def view(self, user: str) -> helping.View:
        """What the person has."""
        return helping.view(self.database, user, self.now)

    def regenerate(self, user: str) -> list[str]:
        """Ten new recovery codes."""
        return codes.regenerate(self.database, self.vault, user, "key-1", self.now)

    def rows(self, statement: str) -> list[Any]:
        """What PostgreSQL holds."""
        with self.database.engine.connect() as connection:
            return list(connection.exec_driver_sql(statement).all())


@pytest.fixture
def desk(database: Database) -> Desk:
    """With Alice and Bob, who have no apps yet."""
    with database.session() as session:
        for name in ("alice", "bob"):
            known: dict[str, Any] = {"id": name, "locale": "en", "zone": "UTC", "created_at": NOON, "updated_at": NOON}
            people.save_person(session, Person(**known, channels=[], attributes={}), ())
    return Desk(database, new_key())
