"""Whether a person has followed a link, or a machine: scanners of mail servers follow every one of them."""

from datetime import timedelta

from domain.delivery import ChannelName

# A mail has to arrive, be seen, opened and read first; scanners follow its links before they hand it over.
QUICK = timedelta(seconds=5)
# Nobody follows two links of a mail within a second.
BURST = timedelta(seconds=1)


def is_machine(channel: str, after_sending: timedelta, *, others: bool) -> bool:
    """Whether a click tells nothing of the person, going by its time; `others`: links beside it in that second.

    Only mails are scanned. What opens links elsewhere are previews, which say what they are.
    """
    return channel == ChannelName.EMAIL and (others or after_sending < QUICK)
