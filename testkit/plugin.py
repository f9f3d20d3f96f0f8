"""The pytest plugin: fixtures `journey` and `provider`, settings, and a person's story where a test fails.

`pytest -p testkit.plugin`, or `pytest_plugins = ["testkit.plugin"]` in a conftest.py.
"""

from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from domain.errors import HomingError
from runtime import settings
from testkit.comparing import comparison
from testkit.entrance import Journeys
from testkit.provider import Provider
from testkit.scene import Scene
from testkit.seen import Messages
from testkit.shelf import Place, Shelf
from testkit.traveller import Traveller
from testkit.virtual.world import VirtualWorld
from testkit.world import World

if TYPE_CHECKING:
    from testkit.real.servers import Servers

REAL = "--homing-real"
FOLDERS = {"homing_journeys": "journeys_dir", "homing_templates": "templates_dir"}
PLAYED = pytest.StashKey[Journeys]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Settings, each as an option, or in the configuration file relative to it."""
    group = parser.getgroup("homing", "tests of journeys")
    group.addoption(REAL, action="store_true", help="play journeys on a real Temporal server and a real PostgreSQL")
    for name, field in FOLDERS.items():
        what = f"folder of {name.removeprefix('homing_')} (default: HOMING_{field.upper()}, or the project's own)"
        group.addoption(f"--{name.replace('_', '-')}", dest=name, metavar="FOLDER", help=what)
        parser.addini(name, what, default="")


@pytest.fixture(scope="session")
def homing_shelf(pytestconfig: pytest.Config) -> Shelf:
    """The journeys and templates that tests are about."""
    place = settings.load(Place)
    return Shelf(place.model_copy(update=_folders(pytestconfig)))


@pytest.fixture
def homing_real(pytestconfig: pytest.Config) -> bool:
    """Whether this test plays on the real server; override it to say so for a module."""
    return bool(pytestconfig.getoption(REAL))


@pytest.fixture
def provider() -> Provider:
    """What providers answer in this test."""
    return Provider()


@pytest.fixture
def homing_world(request: pytest.FixtureRequest, homing_shelf: Shelf, provider: Provider, homing_real: bool) -> World:
    """Where this test's people live."""
    if homing_real:
        real: World = request.getfixturevalue("homing_real_world")
        return real
    return VirtualWorld(homing_shelf.templates, homing_shelf.place.product, provider, homing_shelf.policy)


@pytest.fixture
def journey(request: pytest.FixtureRequest, homing_shelf: Shelf, homing_world: World) -> Journeys:
    """Journeys by name, for people to enter: `journey("onboarding").enter(plan="free")`."""
    journeys = Journeys(Scene(homing_shelf, homing_world))
    request.node.stash[PLAYED] = journeys
    return journeys


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Tell the stories of a failed test's people."""
    report = yield
    if report.failed and call.when == "call" and PLAYED in item.stash:
        for traveller in item.stash[PLAYED].travellers.values():
            report.sections.append((f"Homing: the story of {traveller.user}", _story(traveller)))
    return report


def pytest_assertrepr_compare(op: str, left: object, right: object) -> list[str] | None:
    """Messages that are not the expected ones."""
    if op != "==" or not isinstance(left, list) or not isinstance(right, list):
        return None
    return comparison(left, right) if isinstance(left, Messages) or isinstance(right, Messages) else None


@pytest.fixture(scope="session")
def homing_postgres() -> Iterator[str]:
    """The address of a PostgreSQL for all tests that play for real. They empty it: never give it one that matters."""
    from testkit.real.servers import postgres_server  # imports that other tests need not wait for

    with postgres_server() as url:
        yield url


@pytest.fixture(scope="session")
def homing_servers(homing_postgres: str) -> "Iterator[Servers]":
    """With a Temporal server in virtual time."""
    from testkit.real.servers import servers

    with servers(homing_postgres) as running:
        yield running


@pytest.fixture
def homing_real_world(homing_servers: "Servers", homing_shelf: Shelf, provider: Provider) -> Iterator[World]:
    """A namespace of this test's own, an empty database, and a worker."""
    from testkit.real.staging import played_for_real

    with played_for_real(homing_servers, homing_shelf, provider) as world:
        yield world


def _folders(config: pytest.Config) -> dict[str, Path]:
    """Those that were given: options as seen from where pytest was started, settings as seen from their file."""
    beside = config.inipath.parent if config.inipath else config.rootpath
    given = {
        field: config.invocation_params.dir / config.getoption(name) if config.getoption(name) else beside / ini
        for name, field in FOLDERS.items()
        if (ini := config.getini(name)) or config.getoption(name)
    }
    return {field: folder.resolve() for field, folder in given.items()}


def _story(traveller: Traveller) -> str:
    try:
        return traveller.story()
    except HomingError as error:  # the world itself may be what has failed
        return f"It cannot be told: {error}"
