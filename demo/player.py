"""Plays the scenario: signs people up, reports what they do, and lets them answer, each at its time, safe to repeat."""

import asyncio
from datetime import datetime

from client.inputs import Happened
from demo.hands import Hands
from demo.reporting import WayIn
from demo.scenario import Actor, Does


class Player:
    """Call `play` often: it sends all that is due and was not sent yet by this player."""

    def __init__(self, actors: list[Actor], began: datetime) -> None:
        planned = [(began + after, actor, deed, once) for actor in actors for after, deed, once in actor.planned()]
        planned.sort(key=lambda item: item[0])
        self._events = [(at, actor, deed, once) for at, actor, deed, once in planned if isinstance(deed, Does)]
        self._by_hand = [(at, actor, deed, once) for at, actor, deed, once in planned if not isinstance(deed, Does)]
        self._newcomers = list(actors)
        self._began = began

    async def play(self, way_in: WayIn, now: datetime) -> None:
        """Sign up who has not, then send the events that are due at this journey time."""
        while self._newcomers:
            person = self._newcomers[0].person
            await way_in.signup(person.model_copy(update={"at": self._began}))
            self._newcomers.pop(0)
        while self._events and self._events[0][0] <= now:
            at, actor, deed, message_id = self._events[0]
            await way_in.event(_happened(actor, deed, message_id, at))
            self._events.pop(0)

    async def answer(self, hands: Hands, now: datetime) -> None:
        """What people are to do with messages by this time, as far as they have come."""
        due = [one for one in self._by_hand if one[0] <= now]
        for one in due:
            if await asyncio.to_thread(hands.do, *one[1:]):
                self._by_hand.remove(one)

    @property
    def left(self) -> int:
        """How much is still to come."""
        return len(self._events) + len(self._by_hand)


def _happened(actor: Actor, deed: Does, message_id: str, at: datetime) -> Happened:
    return Happened(user_id=actor.id, name=deed.event, properties=deed.properties, message_id=message_id, at=at)
