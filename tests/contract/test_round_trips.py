"""How often a server is asked for each thing that a step does: few times, so that far ones do."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace

import pytest
import requests

from chalicelib.adapters.nodes.ssh import open_node
from chalicelib.adapters.nodes.transport import Transport
from chalicelib.domain.plan import ManagedFile, Mount, Plan, Service
from chalicelib.ports.nodes import Engine
from infra.local.engine.debian import BASE
from tests.contract.droplet import Droplet

pytestmark = [pytest.mark.local, pytest.mark.timeout(120)]

FIRST = Service("first", BASE, command=("sleep", "600"), stop_grace=0.0)
PLAN = Plan(
    services=(
        replace(FIRST, mounts=(Mount("volume", "data", "/data"), Mount("file", "page", "/page"))),
        *(replace(FIRST, name=name) for name in ("second", "third")),
    ),
    volumes=("data", "more"),
    files=(ManagedFile("page", "served"), ManagedFile("other", "served")),
)


class Asked:
    """Counts the requests to Docker and the commands of this process."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.requests = self.commands = 0
        send, session = requests.Session.send, Transport.open_session

        def counted_send(*args: object, **kwargs: object) -> object:
            self.requests += 1
            return send(*args, **kwargs)  # type: ignore[arg-type]

        def counted_session(*args: object, **kwargs: object) -> object:
            self.commands += 1
            return session(*args, **kwargs)  # type: ignore[arg-type]

        monkeypatch.setattr(requests.Session, "send", counted_send)
        monkeypatch.setattr(Transport, "open_session", counted_session)

    def by(self, act: Callable[[], object]) -> tuple[int, int]:
        """Requests and commands that `act` takes."""
        self.requests = self.commands = 0
        act()
        return self.requests, self.commands


def test_server_is_asked_few_times(server: Droplet, monkeypatch: pytest.MonkeyPatch) -> None:
    app = str(uuid.uuid4())
    node = open_node(server.login)
    engine: Engine = node.engine
    asked = Asked(monkeypatch)

    def start(service: Service) -> Callable[[], object]:
        return lambda: engine.ensure_service(app, PLAN, service, generation=1, host_ports={})

    took = {
        "connect": asked.by(lambda: node.engine.client),
        "network": asked.by(lambda: engine.ensure_network(app)),
        "volumes": asked.by(lambda: engine.ensure_volumes(app, PLAN)),
        "files": asked.by(lambda: engine.deliver_files(app, PLAN)),
        "images, all there": asked.by(lambda: engine.pull_states([BASE])),
        "images, two absent": asked.by(lambda: engine.pull_states([BASE, "absent:1", "absent:2"])),
        "start": asked.by(start(PLAN.services[0])),
        "start what runs": asked.by(start(PLAN.services[0])),
        "look at one": asked.by(lambda: engine.containers(app)),
        "clock": asked.by(engine.now),
        "the next use": asked.by(node.answers),
    }
    for service in PLAN.services[1:]:
        start(service)()
    took["look at three"] = asked.by(lambda: engine.containers(app))
    took["look at all"] = asked.by(node.insight.containers)
    engine.remove_everything(app)
    node.close()

    assert took == {
        "connect": (1, 0),
        "network": (2, 0),
        "volumes": (2, 0),
        "files": (0, 1),
        "images, all there": (1, 0),
        "images, two absent": (3, 1),
        "start": (5, 0),
        "start what runs": (1, 0),
        "look at one": (3, 0),
        "clock": (1, 0),
        "the next use": (0, 1),
        "look at three": (5, 0),
        "look at all": (4, 0),
    }
