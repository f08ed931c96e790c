"""An account that leaves: its app runs on plain Docker elsewhere, with the data that it had."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from e2e.deploys.server import Server
from e2e.deploys.tenant import Tenant
from e2e.installation import has_local_parts
from infra.local.journey.client import Json
from infra.local.registry.images import PublicImage, ensure_images
from tests.contract.plain_docker import page, run, steps, take_down, unpacked
from tests.ports import free_port

IMAGE = PublicImage("nginx", "hoster-matrix/pages", "alpine")
NAME = f"{IMAGE.repository}:{IMAGE.tag}"
PAGES = "/usr/share/nginx/html"
COMPOSE = f"""\
services:
  web:
    image: {NAME}
    ports: ["80"]
    volumes: ["pages:{PAGES}"]
    environment: {{TOKEN: "${{TOKEN}}"}}
volumes: {{pages: }}
"""
TOKEN = {"name": "TOKEN", "label": "Token", "type": "secret", "required": True}
SECRET = "S3cret-of-this-test"


@pytest.fixture
def image(platform: Json) -> Iterator[None]:
    """The app's image where servers pull, and by the same name on this machine."""
    if not has_local_parts(platform):
        pytest.skip("the installation is elsewhere: its servers do not pull through this registry")
    ensure_images(platform["urls"]["registry"], [IMAGE])
    subprocess.run(["docker", "tag", IMAGE.name, NAME], check=True, timeout=60)
    yield
    subprocess.run(["docker", "rmi", NAME], check=True, capture_output=True, timeout=60)


@pytest.fixture
def links(tenant: Tenant, server: Server, image: None) -> Iterator[Json]:
    """Where the export of an account leads to that has an app with data, backed up."""
    template = tenant.template(COMPOSE, variables=[TOKEN])
    app = tenant.app(template, server, TOKEN=SECRET)
    app.running()
    app.inside(server, "web", "sh", "-c", f"echo kept >{PAGES}/kept")
    backup = tenant.account.call("POST", f"/deployments/{app.id}/backups")["data"]["id"]
    app.running()
    app.inside(server, "web", "sh", "-c", f"echo later >{PAGES}/kept")
    export = tenant.account.create("account_exports", {"include_secrets": True})["id"]
    made = tenant.account.settled("account_exports", export, within=200)["attributes"]
    assert (made["status"], made["missing_volumes"]) == ("ready", []), made["error_message"]
    yield tenant.account.call("POST", f"/account_exports/{export}/download")["data"]["attributes"]
    tenant.account.call("DELETE", f"/backups/{backup}")


@pytest.fixture
def folder(links: Json, tmp_path: Path) -> Iterator[Path]:
    """The folder of the app in the export, its data beside it; what runs is taken down."""
    app = unpacked(links, fetched, tmp_path)
    yield app
    take_down(app)


def fetched(url: str) -> bytes:
    """What a link leads to, for somebody who is not signed in."""
    return httpx.get(url, trust_env=False, timeout=60).raise_for_status().content


def test_exported_app_runs_on_plain_docker_with_the_data_of_its_backup(folder: Path) -> None:
    data, start, _ = steps(folder)
    compose, port = folder / "compose.yaml", free_port()
    assert "8080:80" in compose.read_text()
    # As somebody does on a machine where that port is taken.
    compose.write_text(compose.read_text().replace("8080:80", f"{port}:80"))

    run(folder, data)
    run(folder, start)

    token = ["docker-compose", "exec", "-T", "web", "printenv", "TOKEN"]
    assert page(port, "/kept") == "kept"
    assert subprocess.check_output(token, cwd=folder, text=True).strip() == SECRET
