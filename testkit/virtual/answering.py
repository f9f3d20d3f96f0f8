"""How the people of a test have answered on each channel, as `models.habits` counts it."""

from dataclasses import dataclass, field
from datetime import datetime

from domain.contact.habits import LOOKS_BACK, MONTH, Habit, Response
from domain.delivery import Reported, outdoes

RESPONSES = {
    None: Response.ACCEPTED,
    Reported.DELIVERED: Response.DELIVERED,
    Reported.FAILED: Response.FAILED,
    Reported.OPENED: Response.OPENED,
    Reported.CLICKED: Response.CLICKED,
}
Place = tuple[str, str, int, str]  # enrollment, step, pass, channel


@dataclass(slots=True)
class Went:
    """A message that a provider took, and the most that receipts have said of it."""

    channel: str
    at: datetime
    reported: Reported | None = None


@dataclass(slots=True)
class Answers:
    """Of everybody, by user."""

    _went: dict[str, dict[Place, Went]] = field(default_factory=dict)

    def went(self, user: str, place: Place, at: datetime) -> None:
        """A provider has taken it."""
        self._went.setdefault(user, {})[place] = Went(place[-1], at)

    def report(self, user: str, place: Place, reported: Reported) -> None:
        """A receipt has come."""
        one = self._went.get(user, {}).get(place)
        if one and outdoes(reported, one.reported):
            one.reported = reported

    def habits(self, user: str, now: datetime) -> list[Habit]:
        """Of the time that counts."""
        return [
            Habit(one.channel, RESPONSES[one.reported], (now - one.at) // MONTH, 1)
            for one in self._went.get(user, {}).values()
            if one.at > now - LOOKS_BACK
        ]
