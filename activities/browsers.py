"""What the push channel knows of browsers; each call is one transaction."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

import structlog

from channels.push import Browser
from domain.errors import BadInput, Unreachable
from models import push
from models.database import Database
from models.push import PushSubscription

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class StoredBrowsers:
    """`channels.push.Browsers` in PostgreSQL. `server_key` is our public key of today, `opened` unseals."""

    database: Database
    server_key: str
    opened: Callable[[str], str]
    now: Callable[[], datetime]

    def of(self, person: str) -> list[Browser]:
        """Those of a person to which our key may push: a browser that was subscribed with another one refuses ours."""
        with self.database.session() as session:
            rows = [one for one in push.of_person(session, person) if one.server_key == self.server_key]
            return [found for one in rows if (found := self._opened(one))]

    def settle(self, used: Collection[str], failed: Collection[str], gone: Collection[str]) -> None:
        """What came of it. It is only worth a note: a database that is away must not undo what was sent."""
        try:
            with self.database.session() as session:
                push.settle(session, used, failed, gone, self.now())
        except Unreachable as error:
            log.warning("push.unsettled", why=str(error))
        if gone:
            log.info("push.gone", browsers=len(gone))

    def _opened(self, row: PushSubscription) -> Browser | None:
        try:
            return Browser(row.id, row.endpoint, row.p256dh, self.opened(row.auth))
        except BadInput as error:
            log.error("push.sealed", browser=row.id, problem=str(error))
            return None
