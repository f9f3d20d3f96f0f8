"""The kit with which journey authors test their journeys: in milliseconds, or the same test on the real server.

`pytest -p testkit.plugin` gives tests the fixtures `journey` and `provider`; docs/testing-journeys.md teaches them.
Both ways of playing stand behind the small interface of `testkit.world`. Nobody but tests imports this room.
"""

from testkit.entrance import Entrance, Journeys
from testkit.provider import Provider
from testkit.seen import Decision, Effect, Message
from testkit.traveller import Traveller

__all__ = ["Decision", "Effect", "Entrance", "Journeys", "Message", "Provider", "Traveller"]
