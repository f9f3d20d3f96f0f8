"""A person on their way through a journey: what they do, and what is done to them."""

from datetime import datetime, timedelta
from typing import Any, Self

from client.inputs import Happened
from domain.contact.consent import ALL_CHANNELS, OptIn
from domain.delivery import Reported
from domain.errors import BadInput
from domain.journey.language import Send
from domain.journey.program import every_step
from domain.machine.stimuli import EventSeen, Order
from domain.verification.contacts import PROVES, Contact
from testkit.mistakes import meant
from testkit.people import plain
from testkit.seen import newest
from testkit.story import Line, with_values
from testkit.times import read_duration, read_time
from testkit.whereabouts import Whereabouts

__tracebackhide__ = True  # pytest shows the line of the test, and not ours

OF_PERSON = "user.attributes."  # the beginning of what a template prints of a person


class Traveller(Whereabouts):
    """Somebody in a journey. All that happens to them returns them, so that calls can be chained."""

    def after(self, duration: str | timedelta) -> Self:
        """Time passes, for everybody in the test: "25h", "6d" and so on, as in journey files."""
        return self.until(self._scene.now + read_duration(duration))

    def until(self, time: datetime | str) -> Self:
        """It is now "2026-03-08 09:00", in this person's zone, for everybody in the test."""
        self._scene.move(read_time(time, self._zone), self._zone)
        return self

    def does(self, event: str, /, **properties: Any) -> Self:
        """The person does something. Raises BadInput for an event of which this journey takes no notice."""
        known = self._program.events | self._scene.entries
        if event not in known:
            raise BadInput(f"{self._journey} takes no notice of {event!r}; {meant(event, known)}")
        happened = Happened.of({"user_id": self.user, "name": event, "properties": plain(properties)})
        self._note(f"does {event}", properties)
        self._scene.world.tell(self._person, EventSeen(event, self.now, happened.message_id, happened.properties))
        return self

    def receives(self, step: str, channel: str | None = None) -> Self:
        """The provider says that the newest message of this step, or that on a channel, was delivered.

        Raises BadInput if nothing asks.
        """
        return self._reports("receives", step, channel, Reported.DELIVERED)

    def opens(self, step: str, channel: str | None = None) -> Self:
        """The person opens it."""
        return self._reports("opens", step, channel, Reported.OPENED)

    def clicks(self, step: str, channel: str | None = None, *, link: str | None = None) -> Self:
        """The person clicks a link in it: that whose address has `link` in it, or else the first.

        Raises NotFound for a link that is not there, or not counted.
        """
        return self._reports("clicks a link in", step, channel, Reported.CLICKED, link)

    def misses(self, step: str, channel: str | None = None) -> Self:
        """It bounces, or fails in another way, after the provider has taken it."""
        return self._reports("never gets", step, channel, Reported.FAILED)

    def agrees(self, topic: str, channel: str = ALL_CHANNELS, *, kind: str = OptIn.EXPRESS) -> Self:
        """The person agrees to messages about a topic, or `*`: on a channel, or on all. Raises NotFound."""
        return self._says(topic, channel, kind, given=True)

    def takes_back(self, topic: str, channel: str = ALL_CHANNELS) -> Self:
        """They want no more of it. As the preference centre does it, without its events. Raises NotFound."""
        return self._says(topic, channel, OptIn.EXPRESS, given=False)

    def verifies(self, contact: str) -> Self:
        """The person types in the code that went to their "phone" or "email". Raises BadInput if nothing asks."""
        if contact not in set(Contact):
            raise BadInput(f"codes go to no {contact!r}; {meant(contact, set(Contact))}")
        known = self._program.events | self._scene.entries
        if PROVES[Contact(contact)] not in known:
            raise BadInput(f"{self._journey} does not ask for the {contact} to be verified")
        self._person.verify(Contact(contact))
        self._note(f"verifies their {contact}")
        self._scene.world.verify(self._person, Contact(contact))
        return self

    def changes(self, /, **attributes: Any) -> Self:
        """The person's attributes change. Raises BadInput for one that neither the journey nor a template looks at."""
        known = self._program.attributes | self._printed()
        for name in attributes:
            if name not in known:
                raise BadInput(f"{self._journey} looks at no attribute {name!r}; {meant(name, known)}")
        self._person.learn({"attributes": attributes})
        self._note("changes", attributes)
        self._scene.world.learn(self._person, {name: self._person.attributes[name] for name in attributes})
        return self

    def moves_to(self, zone: str) -> Self:
        """The person lives in another IANA zone from now on."""
        self._person.learn({"zone": zone})
        self._note(f"moves to {zone}")
        self._scene.world.learn(self._person, {})
        return self

    def pause(self) -> Self:
        """Somebody holds the journey; the rest of a wait is kept."""
        return self._order(Order.PAUSE)

    def resume(self) -> Self:
        """It goes on."""
        return self._order(Order.RESUME)

    def skip(self) -> Self:
        """Somebody ends the wait at hand as its timer would."""
        return self._order(Order.SKIP)

    def leave(self, reason: str = "asked") -> Self:
        """Somebody takes the person out of the journey."""
        return self._order(Order.EXIT, reason)

    def _says(self, topic: str, channel: str, kind: str, *, given: bool) -> Self:
        self._scene.check_topics([topic])
        self._person.say(topic, given, self._scene.now, channel, kind)
        self._note(f"{'agrees to' if given else 'takes back'} {topic}" + (f" by {channel}" if channel else ""))
        self._scene.world.learn(self._person, {})
        return self

    def _reports(self, deed: str, step: str, channel: str | None, reported: Reported, part: str | None = None) -> Self:
        message = newest(self._history(), step, channel)
        event = f"message_{reported}"
        known = self._program.events | self._scene.entries
        if step not in self._program.receipts and event not in known:
            raise BadInput(f"{self._journey} takes notice neither of {event!r} nor of the outcome of {step!r}")
        self._note(f"{deed} {step}" + (f" by {channel}" if channel else ""))
        link = message.link_with(part) if reported is Reported.CLICKED else None
        self._scene.world.report(self._passage, message, reported, link)
        return self

    def _order(self, order: Order, reason: str = "asked") -> Self:
        if ended := self.ended:
            raise BadInput(f"{self.user} has left {self._journey} already ({ended}); there is nothing to {order}")
        self._note(f"order: {order}" + (f", {reason}" if order is Order.EXIT else ""))
        self._passage.order(order, reason)
        return self

    def _note(self, text: str, values: dict[str, Any] | None = None) -> None:
        self._log.append(Line(self._scene.now, with_values(text, values or {}), len(self._passage.history)))

    def _printed(self) -> set[str]:
        """The attributes that the journey's templates print."""
        templates = self._scene.shelf.templates
        sends = {step.send for step in every_step(self._program.journey.steps) if isinstance(step, Send)}
        paths = {path for name in sends for path in templates.variables(name)}
        return {path.removeprefix(OF_PERSON).split(".")[0] for path in paths if path.startswith(OF_PERSON)}
