"""One world for all operations: what they answer is checked as it comes back."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from itertools import count
from unittest import mock

import pytest
from moto.dynamodb.models import dynamodb_backends

from chalicelib.runtime import settle, wiring
from infra.packaging.openapi.document import text as openapi
from infra.packaging.registry import routes
from tests.fakes.cloud import FakeCloud
from tests.fakes.mail import FakeMail
from tests.fakes.node import FakeNode
from tests.fakes.people import FakePeople
from tests.fakes.registries import FakeRegistries
from tests.fakes.stripe import StripeHere
from tests.fakes.vault import FakeVault
from tests.fakes.webhooks import FakeWebhooks
from tests.fakes.workflows import FakeWorkflows
from tests.functions.checks import Checked
from tests.world import Readings, World, world

ACCOUNT = "123456789012"
NUMBERS = count(1)


@pytest.fixture(scope="package")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A world in which nobody else works; each test brings accounts of its own."""
    folder = tmp_path_factory.mktemp("task")
    (folder / "routes.json").write_text(json.dumps(routes()))
    (folder / "openapi.json").write_bytes(openapi())
    with (
        world() as opened,
        mock.patch.object(settle, "PATIENCE_SECONDS", 0.0),
        mock.patch.dict(os.environ, {"LAMBDA_TASK_ROOT": str(folder)}),
    ):
        yield opened


@pytest.fixture(scope="module", autouse=True)
def _empty(house: World) -> None:
    """Begin each file with empty tables: for a page of an index moto looks through all items."""
    for table in dynamodb_backends[ACCOUNT]["us-east-1"].tables.values():
        table.items.clear()


@pytest.fixture(autouse=True)
def _no_network(socket_disabled: None) -> None:
    """moto answers within the process; whatever opens a socket is a mistake."""


@pytest.fixture
def here(house: World) -> Iterator[Checked]:
    """The world with a fresh provider, node and workflows; every answer is checked."""
    house.cloud, house.node = FakeCloud(), FakeNode()
    house.registries, house.buckets = FakeRegistries(), FakeVault()
    house.skew, house.readings = 0.0, Readings()
    house.stripe = StripeHere()
    house.hooks, house.people, house.mail = FakeWebhooks(), FakePeople(), FakeMail()
    workflows = FakeWorkflows()
    with mock.patch.object(wiring, "workflows", return_value=workflows):
        yield Checked(house, workflows)
    noted, house.trespasses[:] = list(house.trespasses), []
    assert noted == []


@pytest.fixture
def owner() -> str:
    """An account that nobody used before."""
    return f"owner-{next(NUMBERS)}"


@pytest.fixture
def stranger() -> str:
    """Another account that nobody used before."""
    return f"stranger-{next(NUMBERS)}"
