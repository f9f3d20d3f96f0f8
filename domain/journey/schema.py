"""The JSON Schema of a journey file, for editors: they complete keys, explain them, and mark mistakes while one types.

It is made from the same classes that read the file. It is stricter in one thing: a key with nothing after it is
marked, for it is a value that somebody forgot.
"""

import json
from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from domain.journey.conditions import Condition
from domain.journey.hints import HINTS
from domain.journey.language import Journey, Step
from domain.journey.parts import members
from domain.journey.schema_rules import AFTER, BEFORE, DURATION, OF_PARTS, SAID_OF_PATTERNS

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema() -> dict[str, Any]:
    """The schema as plain JSON."""
    made = Journey.model_json_schema(schema_generator=_Generator)
    shared = {"Step": _one_of(Step), "Condition": _one_of(Condition), "Duration": DURATION}
    parts = made.pop("$defs")
    for name, part in [("Journey", made), *parts.items()]:
        _explain(name, part)
    parts = {name: _refer(part, shared) for name, part in parts.items()}
    return {"$schema": DIALECT, **_refer(made, shared), "$defs": dict(sorted({**parts, **shared}.items()))}


def schema_text() -> str:
    """The schema as the text of its file."""
    return json.dumps(schema(), indent=2) + "\n"


def _one_of(union: Any) -> JsonSchemaValue:
    return {"oneOf": [{"$ref": f"#/$defs/{part.__name__}"} for part in members(union).values()]}


def _explain(name: str, part: JsonSchemaValue) -> None:
    """Add what is said of each key, and the rules between keys."""
    for key, value in part.get("properties", {}).items():
        value.setdefault("description", HINTS.get(name, {}).get(key, ""))
        if "anyOf" in value and "minLength" in value:  # pydantic takes what may be one item or many for text
            value["minItems"] = value.pop("minLength")
    part.update(OF_PARTS.get(name, {}))


def _refer(node: Any, shared: dict[str, JsonSchemaValue]) -> Any:
    """The same, with references in place of what is shared."""
    if isinstance(node, list):
        return [_refer(item, shared) for item in node]
    if not isinstance(node, dict):
        return node
    for name, shape in shared.items():
        if node.items() >= shape.items():
            return {"$ref": f"#/$defs/{name}", **{key: value for key, value in node.items() if key not in shape}}
    return {key: _refer(value, shared) for key, value in node.items()}


class _Generator(GenerateJsonSchema):
    """Knows what the functions beside the types accept, and says nothing that helps nobody who types."""

    def function_before_schema(self, schema: core_schema.BeforeValidatorFunctionSchema) -> JsonSchemaValue:
        name = _name(schema["function"]["function"])
        if name not in BEFORE:
            raise LookupError(f"say in schema_rules.BEFORE what {name} accepts")
        return BEFORE[name](self.generate_inner(schema["schema"]))

    def function_after_schema(self, schema: core_schema.AfterValidatorFunctionSchema) -> JsonSchemaValue:
        return {**self.generate_inner(schema["schema"]), **AFTER.get(_name(schema["function"]["function"]), {})}

    def str_schema(self, schema: core_schema.StringSchema) -> JsonSchemaValue:
        made = super().str_schema(schema)
        said = SAID_OF_PATTERNS.get(made.get("pattern", ""))
        return {**made, "patternErrorMessage": said} if said else made

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        made = self.generate_inner(schema["schema"])
        default = schema.get("default")
        return {**made, "default": default} if isinstance(default, str | bool | int) else made

    def dict_schema(self, schema: core_schema.DictSchema) -> JsonSchemaValue:
        values = self.generate_inner(schema["values_schema"])
        if schema["values_schema"]["type"] == "nullable":
            values = {"anyOf": [values, {"type": "null"}]}
        least = {"minProperties": schema["min_length"]} if "min_length" in schema else {}
        return {
            "type": "object",
            "propertyNames": self.generate_inner(schema["keys_schema"]),
            "additionalProperties": values,
            **least,
        }

    def field_title_should_be_set(self, schema: object) -> bool:
        return False


def _name(function: Any) -> str:
    return getattr(function, "__name__", "")
