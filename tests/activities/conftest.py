"""A desk over fake channels, and one over the real channels on the sandbox."""

import pytest

from channels import registry
from models.database import Database
from tests.activities.desk import Desk
from tests.channels.settings import Chosen
from tests.fakes import FakeChannel
from tests.sandbox_server import Sandbox, sandbox, shared_sandbox

__all__ = ["sandbox", "shared_sandbox"]

Fakes = dict[str, FakeChannel]


@pytest.fixture
def fakes() -> Fakes:
    """Three channels that do as they are told; as at the real ones, a mail cannot be asked about."""
    return {name: FakeChannel(name, can_ask=name != "email") for name in ("sms", "whatsapp", "email")}


@pytest.fixture
def desk(database: Database, fakes: Fakes) -> Desk:
    """Alice is enrolled and prefers SMS, then e-mail."""
    made = Desk(database, fakes)
    made.enroll()
    return made


@pytest.fixture
def real_desk(database: Database, sandbox: Sandbox) -> Desk:
    """The same with the providers' own SDKs."""
    made = Desk(database, registry.build(Chosen(sandbox_url=sandbox.url)))
    made.enroll()
    return made
