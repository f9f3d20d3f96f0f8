"""All that can be done with authenticator apps, as one thing that a process makes once and hands on."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from client.authenticators import codes, helping
from client.authenticators.checking import Checks
from client.authenticators.devices import Devices
from client.authenticators.vault import Vault
from models.database import Database
from runtime.sealing import Seals


@dataclass(frozen=True, slots=True)
class Desk:
    """Times that it is given are real ones, whatever the pace of journeys: phones know no other."""

    database: Database
    vault: Vault
    devices: Devices
    checks: Checks

    @classmethod
    def of(cls, database: Database, seals: Seals, issuer: str) -> Self:
        """`issuer` is what apps show as the name of the product."""
        vault = Vault(seals)
        return cls(database, vault, Devices(database, vault, issuer), Checks(database, vault))

    def view(self, user_id: str, now: datetime) -> helping.View:
        """What somebody has, and whether they are locked out."""
        return helping.view(self.database, user_id, now)

    def new_codes(self, user_id: str, actor: str, now: datetime) -> list[str]:
        """Ten new recovery codes, which end the old ones. Raises Conflict for who has no app."""
        return codes.regenerate(self.database, self.vault, user_id, actor, now)

    def reset(self, user_id: str, actor: str, reason: str, now: datetime) -> int:
        """Forget everything of somebody who has lost it; how many apps there were. Raises BadInput, NotFound."""
        return helping.reset(self.database, user_id, actor, reason, now)

    def unlock(self, user_id: str, actor: str, reason: str, now: datetime) -> int:
        """Let somebody try again; how many wrong codes there were. Raises BadInput."""
        return helping.unlock(self.database, user_id, actor, reason, now)
