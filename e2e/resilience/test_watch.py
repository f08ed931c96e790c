"""What becomes of a running app is told: a crash, a loop of restarts, and what brings it back."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from e2e.resilience.conftest import Customer
from e2e.resilience.parts import container_of, docker, until
from infra.local.journey.client import Json

PROMISED_SECONDS = 120.0
COMPOSE = """\
services:
  web:
    image: traefik/whoami
    ports: ["80"]
    restart: "{restart}"
    deploy: {{resources: {{limits: {{cpus: "0.25", memory: 64M}}}}}}
"""


def ordered(customer: Customer, server: Json, *, restart: str) -> str:
    """Begin an app whose service Docker restarts or not; returns its id."""
    template = customer.publish(f"Watched {restart}", COMPOSE.format(restart=restart))
    return customer.order_app(server["node_id"], template)


def told(customer: Customer, app: str, kind: str) -> list[str]:
    """The messages of one kind of event, newest first."""
    path = f"/deployments/{app}/monitoring/events?type={kind}"
    events = customer.account.call("GET", path)["data"]["attributes"]["events"]
    return [event["message"] for event in events]


def timed(true: Callable[[], Any], what: str) -> float:
    """Wait until something is true; returns after how many seconds it was."""
    begun = time.monotonic()
    until(true, what, within=PROMISED_SECONDS)
    return time.monotonic() - begun


def status_of(customer: Customer, host: str) -> int:
    url = customer.platform["urls"]["proxy"]
    return httpx.get(url, headers={"Host": host}, timeout=10, trust_env=False).status_code


@pytest.mark.usefixtures("alone")
def test_crash_and_loop_are_told_within_two_minutes_and_a_start_brings_back(
    customer: Customer, server: Json
) -> None:
    node = container_of(customer.platform, server["id"])
    crashing = ordered(customer, server, restart="no")
    looping = ordered(customer, server, restart="always")
    for app in (crashing, looping):
        assert customer.ended("deployments", app)["status"] == "running"
        assert customer.seen(app)["health"] == "healthy"

    docker("exec", node, "docker", "kill", f"hoster_{crashing}_web")
    for _ in range(5):
        docker("exec", node, "sh", "-c", _kill_inside(looping))

    crash = timed(lambda: customer.seen(crashing)["status"] == "failed", "the crash is told")
    loop = timed(lambda: told(customer, looping, "restart_loop"), "the loop is told")
    print(f"failed {crash:.0f} s after the crash; the loop was told {loop:.0f} s later")

    failed = customer.seen(crashing)
    assert failed["error_code"] == "container_exited"
    assert "web ended with status 137" in failed["error_message"]
    assert failed["containers"][0]["exit_code"] == 137
    [message] = told(customer, looping, "restart_loop")
    assert message == "Restarting again and again: web, 5 times in 5 minutes"
    stays = customer.seen(looping)
    assert (stays["status"], stays["health"]) == ("running", "degraded")
    host = failed["domains"][0]["hostname"]
    until(lambda: status_of(customer, host) == 502, f"{host} says that it failed")
    customer.account.call("POST", f"/deployments/{crashing}/start")
    back = customer.ended("deployments", crashing)
    assert (back["status"], back["health"], back["error_message"]) == ("running", "healthy", None)
    until(lambda: status_of(customer, host) == 200, f"{host} answers again")
    for app in (crashing, looping):
        customer.remove("deployments", app)


def _kill_inside(app: str) -> str:
    """Kill the app's process, not its container, and wait until Docker has restarted it."""
    asked = f"docker inspect hoster_{app}_web -f"
    return (
        f"before=$({asked} '{{{{.RestartCount}}}}'); kill -9 $({asked} '{{{{.State.Pid}}}}');"
        f" until [ $({asked} '{{{{.RestartCount}}}}') -gt $before ]; do sleep 0.1; done;"
        f" until [ $({asked} '{{{{.State.Status}}}}') = running ]; do sleep 0.1; done"
    )
