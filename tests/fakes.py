"""Small real classes that stand in for providers where a test is not about providers."""

from channels.protocol import ChannelError, Failure
from testkit.real.fakes import FakeChannel

__all__ = ["FakeChannel", "refusal"]


def refusal(failure: Failure, reason: str = "because") -> ChannelError:
    """An error of a channel."""
    return ChannelError(failure, reason, f"the provider said {reason}")
