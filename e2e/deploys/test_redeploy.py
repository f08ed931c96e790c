"""Another version of a running app without a volume: side by side, and nobody notices."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from e2e.deploys import texts
from e2e.deploys.asking import asked_all_the_time
from e2e.deploys.server import Server
from e2e.deploys.tenant import App, Tenant
from infra.local.journey.client import Json


def text(name: str, *more: str, image: str = "traefik/whoami") -> str:
    """An app whose answers begin with this name."""
    lines = [f"image: {image}", f"environment: {{WHOAMI_NAME: {name}}}", 'ports: ["80"]', *more]
    return "services:\n  web:\n" + "".join(f"    {line}\n" for line in [*lines, texts.SMALL])


SICK = "healthcheck: {test: [CMD, no-such-program], interval: 300ms, retries: 2}"
BAD = {
    "it is never healthy": (text("bad", SICK), "unhealthy"),
    "it exits": (
        text("bad", "entrypoint: [sh, -c, exit 3]", image="nginx:alpine"),
        "container_exited",
    ),
    "its image does not exist": (
        text("bad", image="REGISTRY/hoster-matrix/nothing-of-this-name:1"),
        "image_not_found",
    ),
}


@pytest.fixture(scope="module")
def app(platform: Json, server: Server, servers: tuple[Server, Server]) -> Iterator[App]:
    """One that answers as “first”."""
    tenant = Tenant(platform)
    try:
        made = tenant.app(tenant.published(text("first")), server)
        made.running()
        yield made
    finally:
        tenant.leave(servers)


def containers(app: App, server: Server) -> list[str]:
    """All containers of the app, whatever their state."""
    return server.shell(f"docker ps --all --format '{{{{.Names}}}}' --filter name={app.id}").split()


@pytest.mark.parametrize("name", ["second", "third"])
def test_new_version_takes_over_without_one_failed_request(
    app: App, server: Server, name: str
) -> None:
    old = app.ask().text.splitlines()[0]

    with asked_all_the_time(app) as told:
        app.redeploy(text(name))
        app.running()

    assert {*told} == {old, f"Name: {name}"}
    assert app.ask().text.startswith(f"Name: {name}\n")
    assert containers(app, server) == [app.container("web")]


@pytest.mark.parametrize("why", list(BAD))
def test_version_that_does_not_come_up_is_rolled_back_and_the_old_one_keeps_answering(
    app: App, server: Server, platform: Json, why: str
) -> None:
    bad, code = BAD[why]
    bad = bad.replace("REGISTRY", platform["urls"]["registry"].removeprefix("http://"))
    old, version = app.ask().text.splitlines()[0], app.attributes["template_version"]

    with asked_all_the_time(app) as told:
        app.redeploy(bad)
        record = app.ended()

    assert {*told} == {old}
    assert (record["status"], record["error_code"]) == ("running", code), record["error_message"]
    assert record["template_version"] == version
    assert containers(app, server) == [app.container("web")]
