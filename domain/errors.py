"""The errors Homing tells people about. Each carries one line that says what to do."""

from datetime import timedelta


class HomingError(Exception):
    """Something a person can mend. `exit_code` is what the command line ends with."""

    exit_code = 1


class BadInput(HomingError, ValueError):
    """What was given is not acceptable; nothing has changed. As a ValueError it may be raised in pydantic's checks."""

    exit_code = 2


class NotFound(HomingError):
    """What was named does not exist."""

    exit_code = 3


class Unreachable(HomingError):
    """A service Homing needs does not answer."""

    exit_code = 4


class Misconfigured(HomingError):
    """A setting is missing or wrong."""

    exit_code = 5


class Conflict(HomingError):
    """Somebody else holds what was asked for, such as a port or a running stack."""

    exit_code = 6


class Gone(HomingError):
    """The person was erased, on request and for good."""

    exit_code = 7


class Refused(HomingError):
    """A code or a link is wrong, was used already, or is out of date."""

    exit_code = 8


class TooMany(HomingError):
    """Not so often. `wait` says when to try again, and the message what else helps."""

    exit_code = 9

    def __init__(self, message: str, wait: timedelta) -> None:
        super().__init__(message)
        self.wait = wait
