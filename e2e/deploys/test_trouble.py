"""A deploy whose server is in trouble in the middle of it ends running all the same."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from e2e.deploys import texts
from e2e.deploys.server import Server
from e2e.deploys.tenant import Tenant
from e2e.resilience.parts import until_step

TROUBLE: dict[str, Callable[[Server], None]] = {
    "Docker is restarted": Server.restart_docker,
    "the server is rebooted": Server.reboot,
}


@pytest.mark.parametrize(
    ("trouble", "step"),
    [
        ("Docker is restarted", "PullImages"),
        ("Docker is restarted", "StartServices"),
        ("the server is rebooted", "StartServices"),
        ("the server is rebooted", "AwaitHealthy"),
    ],
)
def test_deploy_ends_running(tenant: Tenant, troubled: Server, trouble: str, step: str) -> None:
    app = texts.order(tenant, troubled)
    until_step(tenant.account, "deployments", app.id, step)

    TROUBLE[trouble](troubled)

    app.running()
    up = troubled.shell("docker ps --format '{{.Names}}'").split()
    assert {app.container(one) for one in ("slow", "next", "last")} <= {*up}
