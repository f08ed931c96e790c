"""Many apps placed at once on few servers, through the step's own handler, on the local AWS."""

from __future__ import annotations

import json
import random
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from chalicelib.domain.errors import Conflict, Contended
from chalicelib.domain.limits import limits_of
from chalicelib.ports.records import Create, Record
from chalicelib.runtime import wiring
from chalicelib.services.counters import capacity_key, host_key, port_key, use_keys
from chalicelib.services.deployments.starting import start_deployment
from functions.steps.shared import place_deployment
from tests.contract.test_limits import UNBOUNDED, colliding, here, owner
from tests.functions import things
from tests.world import World

__all__ = ["here", "owner"]

APPS, FIT = 30, 12
"""How many apps come at once, and how many of them fit on each of two servers."""
STEP_TRIES = 6
"""How often the machine tries a step that others keep coming between."""
TEMPLATE = "tmpl_of-many-ports"
PORTS = """\
services:
  web: {image: nginx, mem_limit: 256m, ports: ["80", "53:53/udp", "9000"]}
"""


@pytest.fixture
def template(here: World) -> str:
    now = wiring.now()
    attributes = {
        "name": "Many ports",
        "version": "1.0.0",
        "compose_spec": PORTS,
        "config_files": [],
        "variables": [],
        "published": True,
    }
    record = Record(
        TEMPLATE, "templates", "creator", "published", now, now, attributes=attributes, public=True
    )
    wiring.records().commit(Create(record))
    return TEMPLATE


def started(here: World, owner: str, template: str) -> str:
    given = {"name": "one of many", "template_id": template}
    sent = {"X-Plan-Limits": json.dumps(UNBOUNDED)}
    app = here.call("POST", "/deployments", given, user=owner, headers=sent).id
    record = wiring.records().get(app)
    assert record is not None
    # Starts are bounded per minute; what is asked here begins after them.
    start_deployment(wiring, record, actor=owner, limits=limits_of("", sent["X-Plan-Limits"]))
    return app


def placed(app: str) -> str:
    """Place an app as the machine does; returns `placed`, or the code of what kept it away."""
    for _ in range(STEP_TRIES):
        try:
            place_deployment.handler({"id": app, "generation": 1, "kind": "deploy"}, None)
        except Contended:
            time.sleep(random.uniform(0, 0.5))  # as the machine's own backoff, ten times as fast
        except Conflict as refusal:
            return refusal.error_code
        else:
            return "placed"
    return "contended"


def test_nothing_is_given_twice_and_everything_that_fits_is_placed(
    here: World, owner: str, template: str
) -> None:
    nodes = [things.node(owner), things.node(owner)]
    for node in nodes:
        things.put(node, attributes={"capacity_memory_mb": FIT * 256 + 255})
    apps = [started(here, owner, template) for _ in range(APPS)]

    with colliding(0.002) as met, ThreadPoolExecutor(APPS) as pool:
        outcomes = Counter(pool.map(placed, apps))

    assert met["met"], "nobody met anybody: the test shows nothing"
    assert outcomes == {"placed": 2 * FIT, "no_room": APPS - 2 * FIT}
    store = wiring.records()
    records = [store.get(app) for app in apps]
    there = [record for record in records if record and record.attributes.get("placed_at")]
    ports = [
        port_key(str(record.node), port["host_port"])
        for record in there
        for port in record.attributes["ports"]
    ]
    hosts = [host_key(record.attributes["domains"][0]["hostname"]) for record in there]
    assert len(ports) == len(set(ports)) == 3 * 2 * FIT
    assert len(hosts) == len(set(hosts)) == 2 * FIT
    for record in there:
        for port in record.attributes["ports"]:
            held = store.reservation(port_key(str(record.node), port["host_port"]))
            assert held is not None
            assert held["holder"] == record.id
    for node in nodes:
        assert store.counter(capacity_key(node, "memory")) == FIT * 256
        assert store.counter(capacity_key(node, "cpu")) == FIT * 0.5
    users = sum(sum(store.counters(use_keys(node)).values()) for node in nodes)
    assert users == APPS
    assert Counter(record.node for record in there) == dict.fromkeys(nodes, FIT)
