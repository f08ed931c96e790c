"""Whatever is asked of the API is answered as its own document says, and never breaks it.

Schemathesis makes the requests out of the served document, good ones and bad ones, with ids of
things that are there; `REQUESTS` says how many (`make test-all` asks for 20,000).
"""

from __future__ import annotations

import contextlib
import os
import warnings
from collections.abc import Iterator
from typing import Any

import hypothesis.strategies as st
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from infra.packaging.registry import operations
from tests.functions import described, things
from tests.functions.checks import Checked, check, shows_secret
from tests.functions.edge import Edge
from tests.world import World

REQUESTS = int(os.environ.get("REQUESTS", "800"))
STRANGER = "stranger-of-requests"
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
]
NAMES = sorted(f"{o.method} {o.path}" for _, o in operations())
SEEDS = {
    "templates": things.draft,
    "deployments": things.deployment,
    "nodes": lambda _here, owner: things.node(owner),
    "ssh_keys": things.ssh_key,
    "cloud_credentials": things.credential,
    "cloud_provisions": things.provision,
}
"""Makes a thing of each resource."""


class Pool:
    """What is there: ids to name in paths and bodies, and texts that are hard to guess."""

    def __init__(self, here: Checked, owner: str) -> None:
        self.here, self.owner = here, owner
        self.known: dict[str, list[str]] = {name: [] for name in SEEDS}

    def fill(self, resource: str) -> None:
        """Have things of a resource, a published template and a node."""
        for _ in range(3):
            self.known[resource].append(SEEDS[resource](self.here, self.owner))
        self.known["templates"].append(things.published(self.here, self.owner))
        self.known["nodes"].append(things.node(self.owner))
        self.known["cloud_credentials"].append(things.credential(self.here, self.owner))

    def attributes(self) -> dict[str, list[Any]]:
        """Values that fit an attribute of that name."""
        return {
            "template_id": self.known["templates"],
            "node_id": self.known["nodes"],
            "credential_id": self.known["cloud_credentials"],
            "ssh_key_id": self.known["ssh_keys"],
            "compose_spec": [things.COMPOSE],
            "private_key": [things.a_private_key()],
            "variables": [[], {}],
            "version": ["1.0.0", "1.0.1"],
            "hostname": ["www.example.org"],
            "region": ["fra1"],
            "size": ["s-1vcpu-2gb"],
            "credentials": [{"api_token": things.TOKEN}],
        }


@pytest.fixture(scope="module")
def api(house: World, record_testsuite_property: Any) -> Iterator[Any]:
    """The API as its served document describes it; the results tell how much was asked of it."""
    edge = Edge(hear)
    yield schemathesis.openapi.from_wsgi("/api/v1/openapi.json", edge)
    record_testsuite_property("requests", edge.count)


def hear(method: str, path: str, reply: Any) -> None:
    check(reply, secret=shows_secret(method, path))
    described.check(method, path, reply)


@pytest.mark.parametrize("name", NAMES)
def test_any_request_is_answered_as_it_is_described(
    here: Checked, api: Any, owner: str, name: str
) -> None:
    method, path = name.split(" ")
    resource = path.split("/")[2]
    pool = Pool(here, owner)
    if resource in SEEDS:
        pool.fill(resource)
    callers = st.sampled_from([owner, owner, owner, STRANGER, None])
    operation = api[path.removeprefix("/v1")][method]

    def asked(mode: GenerationMode, number: int) -> None:
        @settings(
            max_examples=number,
            derandomize=True,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(generation_mode=mode), data=st.data())
        def ask(case: Any, data: st.DataObject) -> None:
            reach(case, data, pool, resource)
            user = data.draw(callers)
            if user:
                case.headers["Authorization"] = f"Bearer {user}"
            response = case.call()
            case.validate_response(response, checks=CHECKS)

        ask()

    # A little more, for what has fewer requests to make than that.
    each = max(int(1.15 * REQUESTS / len(NAMES) / 2), 2)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        asked(GenerationMode.POSITIVE, each)
        # What takes no words and no body has nothing to get wrong.
        with contextlib.suppress(Unsatisfiable):
            asked(GenerationMode.NEGATIVE, each)


def reach(case: Any, data: st.DataObject, pool: Pool, resource: str) -> None:
    """Let a request name things that are there, more often than not."""
    ids = pool.known.get(resource) or []
    if ids and case.path_parameters and data.draw(st.integers(0, 3)):
        case.path_parameters["id"] = data.draw(st.sampled_from(ids))
    body = case.body if isinstance(case.body, dict) else {}
    held = body.get("data")
    attributes = held.get("attributes") if isinstance(held, dict) else None
    if isinstance(attributes, dict):
        for attribute, values in pool.attributes().items():
            if attribute in attributes and values and data.draw(st.booleans()):
                attributes[attribute] = data.draw(st.sampled_from(values))
