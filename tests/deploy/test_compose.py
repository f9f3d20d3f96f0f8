"""docker-compose.yml is right in all that can be checked without a Docker engine."""

import re
import subprocess
import sys
import tomllib

import pytest

from runtime.settings import ROOT, Settings
from tests.deploy.files import compose_text, documented_variables, services, settings_variables
from workflows.inputs import SEARCH_ATTRIBUTES

# Set by the image, where the paths and the port are its own.
IN_THE_IMAGE = {"HOMING_API_ADDRESS", "HOMING_HEALTH_ADDRESS", "HOMING_JOURNEYS_DIR", "HOMING_TEMPLATES_DIR"}

LOCAL_PORT = re.compile(r"127\.0\.0\.1:\d+:\d+")
PINNED = re.compile(r"[a-z0-9./-]+:\d+\.\d+(\.\d+)?(-[a-z0-9.]+)?")


def test_the_compose_file_follows_the_compose_specification() -> None:
    """The schema that ships with check-jsonschema accepts it; nothing is fetched."""
    check = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", "docker-compose.yml"]
    result = subprocess.run(check, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize("name", services())
def test_ports_are_open_to_this_host_only(name: str) -> None:
    """Nothing is reachable from the network until somebody decides so."""
    for port in services()[name].get("ports", []):
        assert LOCAL_PORT.fullmatch(port), port


@pytest.mark.parametrize("name", services())
def test_every_image_is_pinned_to_a_version(name: str) -> None:
    """The same file starts the same programs tomorrow."""
    assert PINNED.fullmatch(services()[name]["image"])


def test_our_image_is_built_here_and_carries_our_version() -> None:
    """A stranger's image of the same name in a public registry is never pulled."""
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    ours = [service for service in services().values() if "build" in service]
    assert {service["image"] for service in ours} == {f"homing:{version}"}
    assert {service["pull_policy"] for service in ours} == {"build"}


@pytest.mark.parametrize("name", ["worker", "api", "migrate", "sandbox"])
def test_commands_start_programs_that_exist(name: str) -> None:
    """`python file.py` or `python -m module` names something in this checkout."""
    python, *arguments = services()[name]["command"]
    path = arguments[1].replace(".", "/") if arguments[0] == "-m" else arguments[0]
    assert python == "python"
    assert any((ROOT / place).is_file() for place in (path, f"{path}.py", f"{path}/__main__.py"))


def test_passwords_have_no_default() -> None:
    """Compose refuses to start until each one is set."""
    values = re.findall(r"^ +\w+_(?:PASSWORD|PWD|URL): (.*PASSWORD.*)$", compose_text(), re.MULTILINE)
    assert len(values) == 5
    assert all(re.search(r"\$\{\w+_PASSWORD:\?[^}]+\}", value) for value in values)


def test_one_shot_services_run_once_and_the_others_come_back() -> None:
    """What another service waits to see completed is not restarted; all else survives a crash and a reboot."""
    waits = [wait for service in services().values() for wait in service.get("depends_on", {}).items()]
    one_shot = {name for name, wait in waits if wait["condition"] == "service_completed_successfully"}
    assert one_shot == {"temporal-schema", "temporal-namespace", "migrate"}
    for name, service in services().items():
        assert service.get("restart") == (None if name in one_shot else "unless-stopped"), name


def test_workers_are_given_every_setting() -> None:
    """A variable set in .env reaches the worker, except those that the image sets."""
    assert settings_variables() - IN_THE_IMAGE <= services()["worker"]["environment"].keys()


def test_variables_of_the_compose_file_are_documented() -> None:
    """.env.example names each one that the file asks for."""
    assert set(re.findall(r"\$\{(\w+)", compose_text())) <= documented_variables()


@pytest.mark.parametrize("name", ["worker", "api"])
def test_a_stopping_process_gets_more_time_than_it_takes(name: str) -> None:
    """Docker's patience is longer than the process's own, so nothing is killed half-way."""
    patience = float(services()[name]["stop_grace_period"].removesuffix("s"))
    assert patience > Settings.model_fields["shutdown_grace_seconds"].default


def test_the_namespace_gets_the_search_attributes_of_journeys() -> None:
    """Without one of them Temporal refuses to start any journey."""
    script = (ROOT / "deploy/temporal/namespace.sh").read_text()
    created = re.search(r"for attribute in (.*);", script)
    assert created
    assert created[1].split() == [key.name for key in SEARCH_ATTRIBUTES]


@pytest.mark.parametrize("script", ["schema.sh", "namespace.sh"])
def test_scripts_are_valid_shell_and_stop_at_the_first_failure(script: str) -> None:
    """Otherwise a half-made schema would count as completed."""
    path = ROOT / "deploy/temporal" / script
    subprocess.run(["sh", "-n", path], check=True)
    assert "\nset -eu\n" in path.read_text()
