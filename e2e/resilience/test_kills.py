"""Killing a part in the middle of work loses nothing."""

from __future__ import annotations

import httpx
import pytest

from e2e.resilience.conftest import Customer
from e2e.resilience.parts import container_of, docker, droplets_of, kill, until, until_step
from infra.local.journey import leaks
from infra.local.journey.client import Json

pytestmark = pytest.mark.usefixtures("alone")
FUNCTIONS = "infra/local/cloud/launch.py functions.steps"


def test_killed_functions_lose_no_server_and_make_no_second(customer: Customer) -> None:
    provision = customer.order_server()
    for step in ("CreateServer", "AwaitSSH", "SecureServer"):
        until_step(customer.account, "cloud_provisions", provision, step)
        assert kill(FUNCTIONS) >= 1

    done = customer.ended("cloud_provisions", provision)

    assert (done["status"], done["error_message"]) == ("ready", None)
    assert len(droplets_of(customer.platform, provision)) == 1
    customer.remove("cloud_provisions", provision)
    assert droplets_of(customer.platform, provision) == []


def test_killed_functions_lose_no_app(customer: Customer, server: Json) -> None:
    app = customer.order_app(server["node_id"])
    for step in ("PullImages", "AwaitHealthy"):
        until_step(customer.account, "deployments", app, step)
        assert kill(FUNCTIONS) >= 1

    done = customer.ended("deployments", app)

    assert (done["status"], done["error_message"]) == ("running", None)
    customer.remove("deployments", app)


def test_server_killed_while_it_is_made_ready_is_made_ready_after_its_reboot(
    customer: Customer,
) -> None:
    provision = customer.order_server()
    # Nobody can log in to one that dies before it has taken the key: that order fails, with why.
    until_step(customer.account, "cloud_provisions", provision, "InstallDocker")
    container = container_of(customer.platform, provision)
    docker("kill", container)
    docker("start", container)

    done = customer.ended("cloud_provisions", provision)

    assert (done["status"], done["error_message"]) == ("ready", None)
    assert len(droplets_of(customer.platform, provision)) == 1
    customer.remove("cloud_provisions", provision)


def test_killed_gateway_comes_back_and_the_work_goes_on(customer: Customer) -> None:
    provision = customer.order_server()
    until_step(customer.account, "cloud_provisions", provision, "AwaitSSH")
    assert kill("infra.local.gateway") == 1

    done = customer.ended("cloud_provisions", provision)

    assert (done["status"], done["error_message"]) == ("ready", None)
    customer.remove("cloud_provisions", provision)


def test_killed_app_proxy_comes_back_with_its_routes(customer: Customer, server: Json) -> None:
    app = customer.order_app(server["node_id"])
    until_step(customer.account, "deployments", app, "StartServices")
    assert kill("infra.proxy") >= 1

    done = customer.ended("deployments", app)

    assert (done["status"], done["error_message"]) == ("running", None)
    host = done["domains"][0]["hostname"]
    until(lambda: _answers(customer.platform, host) == 200, f"{host} answers")
    assert kill("infra.proxy") >= 1
    until(lambda: _answers(customer.platform, host) == 200, f"{host} answers")
    customer.remove("deployments", app)
    until(lambda: _answers(customer.platform, host) == 404, f"{host} is gone")


def _answers(platform: Json, host: str) -> int:
    try:
        answer = httpx.get(platform["urls"]["proxy"], headers={"Host": host}, trust_env=False)
    except httpx.HTTPError:
        return 0
    return answer.status_code


def test_node_killed_in_a_deploy_ends_it_in_failed_and_a_start_works_afterwards(
    customer: Customer, server: Json
) -> None:
    container = container_of(customer.platform, server["id"])
    app = customer.order_app(server["node_id"], "Guestbook")
    until_step(customer.account, "deployments", app, "PrepareNode")
    docker("kill", container)

    try:
        failed = customer.ended("deployments", app)
    finally:
        docker("start", container)
    # The watch took it offline meanwhile, and brings it back with its next good look.
    node = f"/nodes/{server['node_id']}"
    until(
        lambda: customer.account.call("GET", node)["data"]["attributes"]["status"] == "online",
        "the server is online again",
        within=500,
    )

    assert (failed["status"], failed["error_code"]) == ("failed", "host_unreachable")
    customer.account.call("POST", f"/deployments/{app}/start")
    done = customer.ended("deployments", app)
    assert (done["status"], done["error_message"]) == ("running", None)
    customer.remove("deployments", app)
    left = leaks.on_node(container, app)
    assert left == {"containers": [], "volumes": [], "networks": []}
