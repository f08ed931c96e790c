"""Starts the same app on the same server without Hoster: by Docker calls, by docker-compose."""

from __future__ import annotations

import json
import secrets
import subprocess
from pathlib import Path
from typing import Literal

from chalicelib.adapters.nodes import containers
from chalicelib.domain import names_on_node as names
from chalicelib.domain.compose import plan_compose
from infra.bench import on_node
from infra.bench.customer import Server
from infra.bench.run import Json

Way = Literal["docker", "docker-compose"]
PORT = 29_900
"""Outside the ports that Hoster gives to deployments."""
INSTALL_SECONDS = 300
RUN_SECONDS = 120


def install_compose(server: Server) -> str:
    """Install Debian's docker-compose in the server and return its version."""
    script = (
        "export DEBIAN_FRONTEND=noninteractive; apt-get update -q >&2"
        " && apt-get install -y -q --no-install-recommends docker-compose >&2"
        " && docker-compose version --short"
    )
    return _inside(server, ["sh", "-c", script], within=INSTALL_SECONDS).split()[-1]


def remove_images(server: Server, compose_text: str) -> None:
    """Remove an app's images from the server, as if it had never met them."""
    images = plan_compose(compose_text, variables={}).images
    _inside(server, ["docker", "image", "rm", "--force", *images], within=RUN_SECONDS)


def seconds(server: Server, compose_text: str, way: Way, *, pull: bool) -> float:
    """Start an app in one of the two ways, take it down again, and return what the start took.

    With `pull` its images are pulled first, as the way does it.
    """
    app = _app(compose_text) | {"way": way, "address": server.address, "pull": pull}
    code = Path(on_node.__file__).read_text()
    said = _inside(server, ["python3", "-c", code], stdin=json.dumps(app), within=RUN_SECONDS)
    return float(said.split()[-1])


def _app(compose_text: str) -> Json:
    """The requests that Hoster itself would make for the text, and the text."""
    bench = f"bench-{secrets.token_hex(4)}"
    plan = plan_compose(compose_text, variables={})
    route = plan.route
    return {
        "name": bench,
        "file": f"/root/{bench}.yml",
        "compose": compose_text,
        "images": plan.images,
        "network": {
            "Name": names.network_name(bench),
            "Driver": "bridge",
            "CheckDuplicate": True,
            "Labels": names.labels(bench),
        },
        "volumes": [
            {"Name": names.volume_name(bench, volume), "Labels": names.labels(bench)}
            for volume in plan.volumes
        ],
        "containers": [
            {
                "name": names.container_name(bench, service.name),
                "body": containers.creation(
                    bench,
                    plan,
                    service,
                    generation=1,
                    host_ports={(route.port, "tcp"): PORT}
                    if route and route.service == service.name
                    else {},
                ),
            }
            for service in plan.services
        ],
    }


def _inside(server: Server, command: list[str], *, within: float, stdin: str = "") -> str:
    """Run a command in the server's container, without SSH. Raises `RuntimeError`."""
    done = subprocess.run(
        ["docker", "exec", "-i", server.container, *command],
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
        timeout=within,
    )
    if done.returncode:
        raise RuntimeError(done.stderr.strip()[-500:])
    return done.stdout
