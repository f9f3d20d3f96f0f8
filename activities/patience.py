"""How long a message that nobody can be asked about waits for its receipt, before it counts as unknown.

Its receipt carries our id. If one comes, the provider had it; SendGrid posts the first within seconds.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Self

from domain.clock import Clock

# SendGrid posts what happens in bundles, and once more a little later if we did not answer.
LONGEST = timedelta(minutes=2)
# A rehearsal a thousand times faster has no minutes to give: nobody's journey is held up for more than this.
LONGEST_IN_JOURNEY = timedelta(minutes=15)
# The first look; each later one comes when the wait has doubled, so that five looks are enough.
FIRST_LOOK = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Patience:
    """For those channels whose receipts come to us."""

    channels: frozenset[str] = frozenset()
    longest: timedelta = timedelta(0)

    @classmethod
    def of(cls, channels: Collection[str], clock: Clock) -> Self:
        """At this deployment's pace."""
        return cls(frozenset(channels), min(LONGEST, clock.real_duration(LONGEST_IN_JOURNEY)))

    def next_look(self, channel: str, waited: timedelta) -> timedelta | None:
        """When to look again whether there is a receipt, None if it has been waited for long enough.

        >>> at_pace_1 = Patience.of(["email"], Clock())
        >>> [at_pace_1.next_look("email", timedelta(seconds=n)) for n in (0, 20, 110)]
        [datetime.timedelta(seconds=5), datetime.timedelta(seconds=20), datetime.timedelta(seconds=10)]
        >>> at_pace_1.next_look("sms", timedelta(0)), at_pace_1.next_look("email", LONGEST)
        (None, None)
        """
        if channel not in self.channels or waited >= self.longest:
            return None
        return min(max(FIRST_LOOK, waited), self.longest - waited)
