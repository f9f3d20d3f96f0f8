"""Definitions and their values as YAML that a person reads and our own reader reads back."""

from decimal import Decimal
from typing import Any

import yaml

WIDTH = 110
FIRST = ("id", "attribute", "property")  # what a thing is or looks at comes before what is said of it


class _Dumper(yaml.SafeDumper):
    """Lists indented under their key."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


def _number(dumper: _Dumper, value: float) -> yaml.ScalarNode:
    """Our reader knows no powers of ten."""
    if value.is_integer():
        return dumper.represent_int(int(value))
    return dumper.represent_scalar("tag:yaml.org,2002:float", f"{Decimal(repr(value)):f}")


def _text(dumper: _Dumper, value: str) -> yaml.ScalarNode:
    """Escaped where a terminal or a line would break."""
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=None if value.isprintable() else '"')


_Dumper.add_representer(float, _number)
_Dumper.add_representer(str, _text)


def as_yaml(value: Any) -> str:
    """Many lines, in the order of the value; what holds nothing further stands in one."""
    return yaml.dump(
        _arranged(value), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=WIDTH, default_flow_style=None
    )


def in_a_line(value: Any) -> str:
    """One line, such as `{attribute: plan, in: [team, business]}`, however long it is."""
    text = yaml.dump(
        _arranged(value), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=2**31, default_flow_style=True
    )
    return text.removesuffix("\n").removesuffix("\n...")


def _arranged(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _arranged(value[name]) for name in sorted(value, key=lambda name: name not in FIRST)}
    return [_arranged(item) for item in value] if isinstance(value, list) else value
