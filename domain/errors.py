"""The errors Homing tells people about. Each carries one line that says what to do."""


class HomingError(Exception):
    """Something a person can mend. `exit_code` is what the command line ends with."""

    exit_code = 1


class BadInput(HomingError):
    """What was given is not acceptable; nothing has changed."""

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
