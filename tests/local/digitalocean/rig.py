"""A local DigitalOcean under a real server, whose machines are rows in a table."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx

from infra.local.digitalocean.app import make_app
from infra.local.nodes.machines import Machine
from tests.local.serving import Stage, until

TOKEN = "dop_v1_" + "a" * 64
OTHER = "dop_v1_" + "b" * 64
PUBLIC = (
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGC1aDxyzTmjgVWuXaJ6IfdgcgEHlOFWHhbmIHvqgA4C me",
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKDEjcVXU5mYSZVGFnyWrHhkZ8qNcFpRp3RoIG0dmtgb me",
)


@dataclass
class Machines:
    """What stands in for containers. Making and removing can be held, or made to fail."""

    there: dict[str, Machine] = field(default_factory=dict)
    ordered: dict[str, dict[str, Any]] = field(default_factory=dict)
    making: threading.Event = field(default_factory=threading.Event)
    removing: threading.Event = field(default_factory=threading.Event)
    broken: bool = False
    failed: list[str] = field(default_factory=list)
    """Droplets that something went wrong with."""

    def __post_init__(self) -> None:
        self.making.set()
        self.removing.set()

    def find(self, droplet: str) -> Machine | None:
        return self.there.get(droplet)

    def create(self, droplet: str, **given: Any) -> Machine:
        self.making.wait(10)
        self._break(droplet)
        assert droplet not in self.there
        address = f"172.31.240.{len(self.there) + 2}"
        self.ordered[droplet] = given
        self.there[droplet] = Machine(droplet, f"hoster-droplet-{droplet}", True, address)
        return self.there[droplet]

    def power(self, droplet: str, *, on: bool) -> None:
        self.there[droplet] = replace(self.there[droplet], running=on)

    def remove(self, droplet: str) -> None:
        self.removing.wait(10)
        self._break(droplet)
        self.there.pop(droplet, None)

    def _break(self, droplet: str) -> None:
        if self.broken:
            self.failed.append(droplet)
            raise RuntimeError("the machine room is on fire")


@dataclass
class Provider:
    """A running local DigitalOcean and its client."""

    http: httpx.Client
    machines: Machines

    def call(self, method: str, path: str, given: Any = None, **more: Any) -> httpx.Response:
        return self.http.request(method, path, json=given, **more)

    def get(self, path: str, **more: Any) -> httpx.Response:
        return self.http.get(path, **more)

    def order(self, **given: Any) -> dict[str, Any]:
        answer = self.call("POST", "/v2/droplets", order(**given))
        assert answer.status_code == 202
        return answer.json()["droplet"]

    def droplet(self, number: int) -> dict[str, Any]:
        return self.get(f"/v2/droplets/{number}").json()["droplet"]

    def active(self, **given: Any) -> dict[str, Any]:
        """An order that is made."""
        number = self.order(**given)["id"]
        until(lambda: self.droplet(number)["status"] == "active")
        return self.droplet(number)

    def fault(self, call: str, fault: str, **more: Any) -> int:
        answer = self.call("POST", "/_local/faults", {"call": call, "fault": fault, **more})
        assert answer.status_code == 201
        return answer.json()["id"]


def order(**given: Any) -> dict[str, Any]:
    usual = {"name": "one", "region": "fra1", "size": "s-1vcpu-1gb", "image": "debian-12-x64"}
    return {**usual, **given}


@dataclass
class Place:
    """Where a provider is served."""

    stage: Stage
    url: str


@contextmanager
def provider(place: Place, state: Path, machines: Machines) -> Iterator[Provider]:
    place.stage.app = make_app(state, frozenset({TOKEN, OTHER}), machines)
    with httpx.Client(base_url=place.url, trust_env=False, timeout=10) as http:
        http.headers["Authorization"] = f"Bearer {TOKEN}"
        try:
            yield Provider(http, machines)
        finally:
            machines.making.set()
            machines.removing.set()


def refusal(answer: httpx.Response) -> tuple[int, str, str]:
    """The status, id and message of a refused call."""
    body = answer.json()
    assert set(body) == {"id", "message", "request_id"}
    return answer.status_code, body["id"], body["message"]


GONE = (404, "not_found", "The resource you were accessing could not be found.")
