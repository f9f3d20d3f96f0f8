"""How a value is quoted in an error: enough to recognise it, never a whole file."""

LONGEST = 60


def shown(value: object) -> str:
    """The value on one line and cut short, with YAML's words for what is no text and no number."""
    if value is None:
        return "nothing"
    text = str(value).lower() if isinstance(value, bool) else repr(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
