"""Apps that cannot come up: each ends as failed, says why, and leaves nothing behind."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from e2e.deploys.server import Server
from e2e.deploys.tenant import App, Tenant
from infra.local.journey.client import Json

CRASHES = """\
services:
  web:
    image: nginx:alpine
    entrypoint: [sh, -c, "echo opening the cellar; echo the cellar is flooded >&2; exit 3"]
    restart: "no"
"""
NO_IMAGE = """\
services:
  web: {image: "REGISTRY/hoster-matrix/nothing-of-this-name:1"}
"""
SICK = """\
services:
  web:
    image: nginx:alpine
    ports: ["80"]
    healthcheck:
      test: [CMD-SHELL, "echo the pump stands still; exit 1"]
      interval: 500ms
      retries: 3
"""
"""Of the platform's own registry, which says itself that there is none, network or not."""
TEXTS = {"crashes": CRASHES, "no image": NO_IMAGE, "sick": SICK}


@pytest.fixture(scope="module")
def apps(
    platform: Json, server: Server, servers: tuple[Server, Server]
) -> Iterator[dict[str, App]]:
    """All of them, ordered at once."""
    tenant, registry = Tenant(platform), platform["urls"]["registry"].removeprefix("http://")
    try:
        texts = {name: text.replace("REGISTRY", registry) for name, text in TEXTS.items()}
        yield {name: tenant.app(tenant.template(text), server) for name, text in texts.items()}
    finally:
        tenant.leave(servers)


def test_service_that_crashes_says_its_last_lines(apps: dict[str, App]) -> None:
    reason = apps["crashes"].failed("container_exited")

    assert "web ended with status 3" in reason
    assert "opening the cellar" in reason
    assert "the cellar is flooded" in reason


def test_image_that_does_not_exist_is_named_with_what_the_registry_says(
    apps: dict[str, App],
) -> None:
    reason = apps["no image"].failed("image_not_found")

    assert "hoster-matrix/nothing-of-this-name:1. Check its name and its tag." in reason


def test_health_check_that_never_passes_is_told_with_its_output(apps: dict[str, App]) -> None:
    reason = apps["sick"].failed("unhealthy")

    assert "web is unhealthy" in reason
    assert "the pump stands still" in reason


@pytest.mark.parametrize("name", list(TEXTS))
def test_what_failed_runs_nowhere(apps: dict[str, App], server: Server, name: str) -> None:
    apps[name].ended()

    listed = server.shell("docker ps --all --format '{{.Names}}'")
    assert apps[name].id not in listed
