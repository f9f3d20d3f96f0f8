"""Errors that authors of tests make with names: each says what there is, and what was probably meant."""

from collections.abc import Collection
from difflib import get_close_matches

from domain.errors import BadInput, NotFound
from domain.shown import shown

MOST_NAMED = 20
ALIKE = 0.8  # "chanels" and "channels" are, "plan" and "place" are not


def unknown(what: str, name: str, known: Collection[str]) -> NotFound:
    """`there is no journey 'onbording'; did you mean onboarding?`"""
    return NotFound(f"there is no {what} {shown(name)}; {meant(name, known)}")


def meant(name: str, known: Collection[str]) -> str:
    """What was probably meant, or all that there is."""
    near = get_close_matches(name, known, n=1)
    if near:
        return f"did you mean {near[0]}?"
    listed = sorted(known)
    more = f" and {len(listed) - MOST_NAMED} more" if len(listed) > MOST_NAMED else ""
    return f"there is {', '.join(listed[:MOST_NAMED]) or 'none at all'}{more}"


def check_spelling(given: Collection[str], known: Collection[str]) -> None:
    """Raises BadInput for a name that is nearly a known one: spelled so, it would change nothing and nobody see it."""
    for name in given:
        near = get_close_matches(name, known, n=1, cutoff=ALIKE)
        if name not in known and near:
            hint = f"if {name} is an attribute of its own, give it in attributes={{...}}"
            raise BadInput(f"{name}: did you mean {near[0]}? ({hint})")
