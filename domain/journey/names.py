"""The names that a journey file may use, so that they can stand in workflow ids, summaries and keys."""

from typing import Annotated

from pydantic import StringConstraints

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,63}$", strict=True)]
StepId = Slug
TemplateName = Slug
Topic = Slug
EventName = Annotated[str, StringConstraints(min_length=1, max_length=120, strip_whitespace=False, strict=True)]
AttributeName = Annotated[str, StringConstraints(min_length=1, max_length=120, strict=True)]
