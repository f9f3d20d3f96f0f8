"""The names that a journey file may use, so that they can stand in workflow ids, summaries and keys."""

from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from domain.identifiers import check_zone


def _plain(name: str) -> str:
    """Events and attributes are matched exactly, so a blank at the end would never match and never be seen."""
    if name != name.strip() or not name.isprintable():
        raise ValueError("must be one line of plain text, without blanks around it")
    return name


ZoneName = Annotated[str, AfterValidator(check_zone)]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,63}$")]
StepId = Slug
TemplateName = Slug
Topic = Slug
EventName = Annotated[str, Field(min_length=1, max_length=120), AfterValidator(_plain)]
AttributeName = EventName
Title = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_plain)]
