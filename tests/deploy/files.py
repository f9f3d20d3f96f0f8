"""Reads the files that deploy Homing, for the tests beside it."""

import re
from pathlib import Path
from typing import Any

import yaml

from runtime.settings import ROOT, Settings

Service = dict[str, Any]

ENV_EXAMPLE = ROOT / ".env.example"
PIN = re.compile(r"(?P<name>[a-z0-9-]+)==(?P<version>[\w.]+)(?: ; [^:/@]+)? \\")


def services() -> dict[str, Service]:
    """The services of docker-compose.yml by name, with anchors and merges resolved."""
    found: dict[str, Service] = yaml.safe_load(compose_text())["services"]
    return found


def compose_text() -> str:
    return (ROOT / "docker-compose.yml").read_text()


def documented_variables() -> set[str]:
    """The variables of .env.example, commented out or not."""
    return set(re.findall(r"^(?:# )?([A-Z][A-Z0-9_]+)=", ENV_EXAMPLE.read_text(), re.MULTILINE))


def settings_variables() -> set[str]:
    """The environment variable of every field of Settings."""
    prefix = Settings.model_config["env_prefix"]
    return {
        str(field.validation_alias.choices[0])  # type: ignore[union-attr]
        if field.validation_alias
        else f"{prefix}{name.upper()}"
        for name, field in Settings.model_fields.items()
    }


def shipped() -> list[Path]:
    """What .dockerignore lets into the image, and exists."""
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    return [path for line in lines if line.startswith("!") and (path := ROOT / line[1:]).exists()]


def requirements(file: str) -> list[str]:
    """The lines of requirements/run.txt or requirements/dev.txt."""
    return (ROOT / "requirements" / file).read_text().splitlines()


def pins(file: str) -> dict[str, str]:
    """Name -> version."""
    return {found["name"]: found["version"] for line in requirements(file) if (found := PIN.fullmatch(line))}


def normalised(name: str) -> str:
    """The one spelling of a package's name that pins use."""
    return re.sub(r"[-_.]+", "-", name).lower()
