"""The channels as a deployment builds them, against a running sandbox."""

import pytest

from channels import registry
from channels.protocol import Channel
from tests.channels.settings import Chosen
from tests.sandbox_server import Sandbox, sandbox, shared_sandbox

__all__ = ["sandbox", "shared_sandbox"]


@pytest.fixture
def channels(sandbox: Sandbox) -> dict[str, Channel]:
    return registry.build(Chosen(sandbox_url=sandbox.url, public_url="https://homing.example/"))
