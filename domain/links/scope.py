"""Whose links lead by way of us."""

from enum import StrEnum

TRACKING = "tracking"  # the topic under which people agree to it, or take that back


class Scope(StrEnum):
    """Of which messages; of codes never."""

    OFF = "off"
    MARKETING = "marketing"
    ALL = "all"
