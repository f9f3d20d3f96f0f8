"""A second client whose Temporal is not there."""

from datetime import timedelta

import pytest
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter

import client.journeys
from client.homing import Homing
from client.journeys import Journeys
from domain.clock import Clock
from tests.stage import Stage


@pytest.fixture
async def cut_off(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Homing:
    """The stage's client, if Temporal were down: the database still answers."""
    monkeypatch.setattr(client.journeys, "PATIENCE", timedelta(seconds=0.2))
    nowhere = await Client.connect("127.0.0.1:1", lazy=True, data_converter=pydantic_data_converter)
    return Homing(stage.database, Journeys(nowhere, Clock(), stage.task_queue), Clock())
