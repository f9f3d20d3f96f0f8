"""What the sending protocol counts for metrics."""

from temporalio import activity

from domain.delivery import MessageState


def count_message(channel: str, state: MessageState) -> None:
    """A message came to this on a channel."""
    _count("homing_messages", "Messages by channel and state", channel=channel, state=str(state))


def count_held(channel: str, reason: str) -> None:
    """A message has to come back."""
    _count("homing_held", "Messages put back by their gate", channel=channel, reason=reason)


def _count(name: str, what: str, **about: str) -> None:
    activity.metric_meter().with_additional_attributes(about).create_counter(name, what).add(1)
