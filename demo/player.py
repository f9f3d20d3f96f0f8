"""Plays the scenario: signs people up and reports what they do, each at its journey time, each safe to repeat."""

from datetime import datetime

from client.homing import Homing
from client.inputs import Happened
from demo.scenario import Actor, Does


class Player:
    """Call `play` often: it sends all that is due and was not sent yet by this player."""

    def __init__(self, actors: list[Actor], began: datetime) -> None:
        deeds = [
            (began + after, actor, deed, message_id) for actor in actors for after, deed, message_id in actor.planned()
        ]
        self._deeds = sorted(deeds, key=lambda item: item[0])
        self._newcomers = list(actors)
        self._began = began

    async def play(self, homing: Homing, now: datetime) -> None:
        """Sign up who has not, then send the events that are due at this journey time."""
        while self._newcomers:
            person = self._newcomers[0].person
            await homing.signup(person.model_copy(update={"at": self._began}))
            self._newcomers.pop(0)
        while self._deeds and self._deeds[0][0] <= now:
            at, actor, deed, message_id = self._deeds[0]
            await homing.event(_happened(actor, deed, message_id, at))
            self._deeds.pop(0)

    @property
    def left(self) -> int:
        """How many events are still to come."""
        return len(self._deeds)


def _happened(actor: Actor, deed: Does, message_id: str, at: datetime) -> Happened:
    return Happened(user_id=actor.id, name=deed.event, properties=deed.properties, message_id=message_id, at=at)
