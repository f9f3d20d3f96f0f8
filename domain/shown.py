"""How a value is quoted in an error: enough to recognise it, never a whole file."""

LONGEST = 60


def shown(value: object) -> str:
    """The value as Python would write it, on one line and cut short."""
    text = repr(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
