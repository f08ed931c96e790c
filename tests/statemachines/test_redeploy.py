"""Redeploying apps that run: every outcome as the list of states entered, and what is left."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from chalicelib.domain.errors import HostUnreachable, Stale
from chalicelib.runtime import wiring
from chalicelib.services.counters import port_key
from tests.factories import TWO_SERVICES, settled
from tests.functions import things
from tests.statemachines.redeploys import (
    HOST,
    NEW_WEB,
    REDEPLOY,
    STATELESS,
    UNDONE,
    begun,
    images,
    names,
    redeployed,
    taken,
    version,
)
from tests.statemachines.test_deploy import hosts
from tests.statemachines.test_failures import FOR_GOOD, stepped, until
from tests.statemachines.test_restart import app, told
from tests.world import World

__all__ = ["app"]
BEFORE = {"db": ("redis:7-alpine", "running"), "web": ("nginx:alpine", "running")}
AFTER = {"db": ("redis:7-alpine", "running"), "web": (NEW_WEB, "running")}


def test_new_version_of_a_service_without_a_volume_comes_up_beside_the_old(
    here: World, app: str
) -> None:
    before = taken(here, app)
    seen: dict[str, Any] = {}

    def look() -> None:
        seen.update(names=names(here, app), images=images(here, app))
        seen.update(here.call("GET", f"/deployments/{app}").attributes)

    here.before["PublishRoute"] = look

    done = redeployed(here, app, version=version(here, app, STATELESS))

    assert (done["status"], done["error_code"], done["error_message"]) == ("running", None, None)
    assert stepped(here) == REDEPLOY
    assert seen["names"] == ["db", "web", "~web"]
    assert (seen["status"], seen["template_version"], seen["next_version"]) == (
        "running",
        "1.0.0",
        "1.1.0",
    )
    assert images(here, app) == AFTER
    assert names(here, app) == ["db", "web"]
    assert here.node.engine.started == ["web"]
    assert (done["template_version"], done["next_version"]) == ("1.1.0", None)
    assert done["proxy_port"] != 30001
    assert done["direct_url"] == f"http://10.77.0.9:{done['proxy_port']}"
    assert {c["service_name"]: c["image"] for c in done["containers"]}["web"] == NEW_WEB
    assert hosts() == {HOST: "running"}
    after = taken(here, app)
    assert after["counters"] == before["counters"]
    assert after["ports"] == [port_key(done["node_id"], done["proxy_port"])]
    assert told(app)[-2:] == ["redeploy_begun", "redeployed"]
    story = here.call("GET", f"/deployments/{app}/timeline").attributes
    assert (story["kind"], story["state"]) == ("redeploy", "done")
    assert [step["name"] for step in story["steps"]] == REDEPLOY
