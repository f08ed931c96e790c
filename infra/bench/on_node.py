"""Starts an app on a server without Hoster and prints how long it took until it was ready.

It runs inside the server with nothing but Python's own library: `python3 -c <this file>`, the app
as JSON on standard input. The Engine is asked at its own socket: there is no shorter way.
"""

from __future__ import annotations

import http.client
import json
import re
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

STEADY_SECONDS = 3.0
POLL_SECONDS = 0.05
READY_SECONDS = 60.0
ANSWER_SECONDS = 2.0
API = "/v1.41"


class Engine(http.client.HTTPConnection):
    """The Docker Engine at its socket, over one connection that stays open."""

    def connect(self) -> None:
        """Open the socket."""
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect("/var/run/docker.sock")

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """Do one call and return what it answers."""
        sent = None if body is None else json.dumps(body)
        self.request(method, API + path, sent, {"Content-Type": "application/json"})
        answer = self.getresponse()
        content = answer.read()
        if answer.status >= http.client.BAD_REQUEST and answer.status != http.client.NOT_FOUND:
            raise SystemExit(f"{method} {path}: {answer.status} {content.decode()}")
        return json.loads(content) if content else None


def pulled(image: str) -> None:
    """Pull an image to its end."""
    engine = Engine("docker")
    name, _, tag = image.partition(":")
    engine.request("POST", f"{API}/images/create?fromImage={name}&tag={tag or 'latest'}")
    answer = engine.getresponse().read().decode()
    if '"error"' in answer:
        raise SystemExit(answer)


def started_by_calls(engine: Engine, app: Any) -> list[str]:
    """Make the network, the volumes and the containers, and start these in their order.

    The images are pulled before that, all at once.
    """
    if app["pull"]:
        with ThreadPoolExecutor() as pool:
            list(pool.map(pulled, app["images"]))
    engine.ask("POST", "/networks/create", app["network"])
    for volume in app["volumes"]:
        engine.ask("POST", "/volumes/create", volume)
    made = []
    for container in app["containers"]:
        name = container["name"]
        made.append(engine.ask("POST", f"/containers/create?name={name}", container["body"])["Id"])
        engine.ask("POST", f"/containers/{name}/start")
    return made


def removed_by_calls(engine: Engine, app: Any) -> None:
    """Take everything down again."""
    for container in app["containers"]:
        engine.ask("DELETE", f"/containers/{container['name']}?force=true&v=true")
    engine.ask("DELETE", f"/networks/{app['network']['Name']}")
    for volume in app["volumes"]:
        engine.ask("DELETE", f"/volumes/{volume['Name']}")


def started_by_compose(engine: Engine, app: Any) -> list[str]:
    """Let docker-compose start the file, and find its containers."""
    compose(app, "up", "-d", "--no-color")
    wanted = json.dumps({"label": [f"com.docker.compose.project={app['name']}"]})
    listed = engine.ask("GET", f"/containers/json?filters={wanted.replace(' ', '')}")
    return [container["Id"] for container in listed]


def compose(app: Any, *command: str) -> None:
    """Run docker-compose on the app's file."""
    done = subprocess.run(
        ["docker-compose", "-p", app["name"], "-f", app["file"], *command],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(done.stderr)


def await_ready(engine: Engine, containers: list[str], address: str) -> None:
    """Wait until every container was up for three seconds and the published port answers."""
    end = time.monotonic() + READY_SECONDS
    while time.monotonic() < end:
        seen = [engine.ask("GET", f"/containers/{one}/json") for one in containers]
        if all(steady(one) for one in seen) and answers(address, published(seen)):
            return
        time.sleep(POLL_SECONDS)
    raise SystemExit("The app did not get ready.")


def steady(seen: Any) -> bool:
    """Whether a container runs, was not restarted and has been up for long enough."""
    state = seen["State"]
    if state["Status"] in {"exited", "dead"} or seen["RestartCount"]:
        raise SystemExit(f"{seen['Name']} did not stay up.")
    started = re.sub(r"(\.\d{6})\d*Z", r"\1+00:00", state["StartedAt"])
    up = (datetime.now(UTC) - datetime.fromisoformat(started)).total_seconds()
    return bool(state["Running"] and up >= STEADY_SECONDS)


def published(seen: list[Any]) -> int:
    """The one port that is published on the server."""
    ports = (one["NetworkSettings"]["Ports"] for one in seen)
    return next(int(b[0]["HostPort"]) for one in ports for b in one.values() if b)


def answers(address: str, port: int) -> bool:
    """Whether something speaks HTTP there."""
    connection = http.client.HTTPConnection(address, port, timeout=ANSWER_SECONDS)
    try:
        connection.request("GET", "/")
        connection.getresponse()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True


def main() -> None:
    """Start the app in the way that is asked for, print the seconds, and take it down."""
    app = json.load(sys.stdin)
    engine = Engine("docker")
    by_compose = app["way"] == "docker-compose"
    if by_compose:
        Path(app["file"]).write_text(app["compose"])
    try:
        began = time.monotonic()
        containers = (started_by_compose if by_compose else started_by_calls)(engine, app)
        await_ready(engine, containers, app["address"])
        print(time.monotonic() - began)
    finally:
        if by_compose:
            compose(app, "down", "--volumes", "--timeout", "1")
            Path(app["file"]).unlink()
        else:
            removed_by_calls(engine, app)


if __name__ == "__main__":
    main()
