"""The journeys and templates that tests are about: those of two folders, and drafts given as text."""

from functools import cached_property

from pydantic import Field

from client.publishing import find_files, read_journeys
from domain.contact.policy import Policy
from domain.journey.file import JourneyProblems, check_templates, load
from domain.journey.program import Program, compile_journey
from domain.templates import Templates
from domain.yaml_source import Problem
from runtime.policies import whole_policy
from runtime.settings import PolicySettings
from runtime.template_files import read_templates
from testkit.mistakes import unknown

__tracebackhide__ = True  # pytest shows the line of the test, and not ours

DRAFT = "draft.yaml"


class Place(PolicySettings):
    """Where journeys and templates lie, what the product is called and what the contact policy says.

    By the variables that production reads.
    """

    product_name: str = "Homing"
    product_url: str = Field("https://example.com")

    @property
    def product(self) -> dict[str, str]:
        """What templates call `product`."""
        return {"name": self.product_name, "url": self.product_url}


class Shelf:
    """Reads each file once. What is wrong with a file is an error for the tests of its journey, and no others."""

    def __init__(self, place: Place) -> None:
        self.place = place

    @cached_property
    def templates(self) -> Templates:
        """Raises BadInput with every problem of the folder."""
        return Templates.parse(read_templates(self.place.templates_dir), self.place.default_locale)

    @cached_property
    def policy(self) -> Policy:
        """With what `topics.yaml` says. Raises BadInput if that is wrong."""
        return whole_policy(self.place)

    @cached_property
    def _read(self) -> tuple[dict[str, Program], list[Problem]]:
        programs: dict[str, Program] = {}
        problems: list[Problem] = []
        for file in find_files(self.place.journeys_dir):
            try:
                [journey] = read_journeys([file], self.templates)
                programs[journey.journey] = compile_journey(journey)
            except JourneyProblems as error:
                problems += error.problems
        return programs, problems

    def program(self, name: str) -> Program:
        """A journey by its name. Raises NotFound, or JourneyProblems if it may be in a file that cannot be read."""
        programs, problems = self._read
        if name in programs:
            return programs[name]
        if problems:
            raise JourneyProblems(problems)
        raise unknown("journey", name, programs)

    def draft(self, text: str) -> Program:
        """A journey that is no file yet. Raises JourneyProblems."""
        journey, source = load(text, DRAFT)
        written = {name: self.templates.channels(name) for name in self.templates.names()}
        if problems := check_templates(source, written):
            raise JourneyProblems(problems)
        return compile_journey(journey)
