"""What the functions that read a journey file accept, in the words of JSON Schema, by the name of the function."""

from collections.abc import Callable

from pydantic.json_schema import JsonSchemaValue

from domain.journey.comparisons import COMPARISONS

DURATION: JsonSchemaValue = {
    "type": "string",
    "pattern": "^(?=.*[1-9])[0-9]{1,9}[smhdw]$",
    "patternErrorMessage": "Write a whole number and a unit, such as 30s, 10m, 24h, 6d or 2w.",
    "examples": ["10m", "24h", "6d", "2w"],
}
OFFSET = {**DURATION, "pattern": "^[-+]?(?=.*[1-9])[0-9]{1,9}[smhdw]$", "examples": ["-24h", "+2d"]}
CLOCK = {
    "type": "string",
    "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$",
    "patternErrorMessage": 'Write hours and minutes in quotes, such as "09:00".',
    "examples": ["09:00"],
}
PLAIN = {"pattern": r"^\S(.*\S)?$", "patternErrorMessage": "Write one line of plain text, without blanks around it."}
PATH = {
    "pattern": r"^[^\s.]+(\.[^\s.]+)*$",
    "patternErrorMessage": "Write names with dots between, such as appointment.starts_at.",
    "examples": ["appointment.starts_at"],
}

# By the pattern that a type has itself, what to say where it does not match.
SAID_OF_PATTERNS = {
    "^[a-z][a-z0-9_-]{0,63}$": "Write at most 64 lower-case letters, digits, - or _, beginning with a letter."
}


def _one_or_many(many: JsonSchemaValue) -> JsonSchemaValue:
    return {"anyOf": [many["items"], many]}


def _via(channels: JsonSchemaValue) -> JsonSchemaValue:
    return {"anyOf": [{"const": "preferred"}, *_one_or_many(channels)["anyOf"]]}


# Of functions that change a value before its type is looked at. One that is not here stops the making of the schema,
# so that no editor calls a good journey wrong.
BEFORE: dict[str, Callable[[JsonSchemaValue], JsonSchemaValue]] = {
    "parse_duration": lambda _: dict(DURATION),
    "parse_offset": lambda _: dict(OFFSET),
    "_clock": lambda _: dict(CLOCK),
    "_scalar": lambda _: {"type": ["string", "number", "boolean"]},
    "as_tuple": _one_or_many,
    "_weekdays": _one_or_many,
    "_via": _via,
}
# Of functions that look at a value afterwards. What JSON Schema cannot say, only reading the file finds.
AFTER: dict[str, JsonSchemaValue] = {
    "_plain": PLAIN,
    "_path": PATH,
    "_quiet_hours": {
        "pattern": "^(none|([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9])$",
        "patternErrorMessage": "Write begin and end, such as 21:00-08:00, or none.",
        "examples": ["21:00-08:00", "none"],
    },
    "check_zone": {"examples": ["Europe/Berlin", "America/Sao_Paulo"]},
    "_each_once": {"uniqueItems": True},
    "_one_comparison": {"oneOf": [{"required": [name]} for name in COMPARISONS]},
}
# Of the checks of a whole file, by the part.
OF_PARTS: dict[str, JsonSchemaValue] = {
    "WaitFor": {"dependentRequired": {"on_timeout": ["timeout"]}},
}
