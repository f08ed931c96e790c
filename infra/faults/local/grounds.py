"""What each machine's work is about, what it begins from, and how a customer begins it."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from typing import Protocol

import httpx

from infra.faults.cells import Cell
from infra.faults.local.customer import Customer, Json, Unready, ordering, until_ordered
from infra.faults.local.plays import Play, until
from infra.local.cloud.faulty import ANY
from infra.local.journey.client import Refused

DEPLOY_SECONDS = 150.0
OPEN_SECONDS = 30.0
FIRST_STEP = "PrepareKeys"
"""The step that is entered before anybody can know the id of the record."""


class Ground(Protocol):
    """One kind of record that machines work on."""

    resource: str

    def begun(self, play: Play) -> AbstractContextManager[str]:
        """Begin the machine's work under a fault; what a block is given is the record's id."""

    def container(self, record: str) -> str:
        """The container of the server that the work is about."""

    def cleared(self, record: str, seen: Json) -> list[str]:
        """Bring things back to where another cell can begin; what would not go there."""


@dataclass
class Apps:
    """Apps on a customer's server."""

    customer: Customer
    resource: str = "deployments"
    app: str = ""

    @contextmanager
    def begun(self, play: Play) -> Iterator[str]:
        """Begin deploy, stop, restart, remove, redeploy or rollback."""
        machine = play.cell.machine
        app = self._as_needed(machine)
        with play.on(app):
            self._begin(machine, app)
            yield app

    def container(self, _record: str) -> str:
        """The customer's own server."""
        return self.customer.container(self.customer.provision)

    def cleared(self, record: str, seen: Json) -> list[str]:
        """Keep an app that runs or is stopped; delete any other one."""
        if seen["status"] == "running":
            return [] if self._answers(seen) else [self._forget("It runs, and does not answer.")]
        if seen["status"] == "stopped":
            return []
        told = self.customer.gone(self.resource, record)
        self.app = ""
        return [told] if told else []

    def _forget(self, why: str) -> str:
        self.customer.gone(self.resource, self.app)
        self.app = ""
        return why

    def _answers(self, seen: Json) -> bool:
        def ask() -> bool:
            try:
                answer = httpx.get(str(seen["direct_url"]), timeout=3, trust_env=False)
            except httpx.HTTPError:
                return False
            return answer.status_code == 200

        return until(ask, OPEN_SECONDS)

    def _as_needed(self, machine: str) -> str:
        self._online()
        if machine == "deploy":
            return self._at_rest()
        app = self._running()
        if machine == "rollback":
            self._half_redeployed(app)
        return app

    def _online(self) -> None:
        """Have the server ready for apps. Raises `Unready`."""
        customer = self.customer
        customer.with_server()
        for _ in range(4):
            seen = customer.settled("nodes", customer.node, DEPLOY_SECONDS)
            if seen["status"] == "online":
                return
            customer.account.call("POST", f"/nodes/{customer.node}/check")
        raise Unready(f"The node is {seen['status']}: {seen.get('error_message')}")

    def _at_rest(self) -> str:
        """An app that is stopped, or one that never ran."""
        if self.app and self._look()["status"] == "running":
            self.customer.account.call("POST", f"/deployments/{self.app}/stop")
            self.customer.settled(self.resource, self.app, DEPLOY_SECONDS)
        if self.app and self._look()["status"] == "stopped":
            return self.app
        return self._new()

    def _new(self) -> str:
        given = {
            "name": f"faults {secrets.token_hex(4)}",
            "template_id": self.customer.template,
            "node_id": self.customer.node,
        }
        self.app = str(self.customer.account.create("deployments", given)["id"])
        self.customer.made.add(self.app)
        return self.app

    def _running(self) -> str:
        """An app that runs. Raises `Unready`."""
        for _ in range(2):
            if self.app and self._look()["status"] == "running":
                return self.app
            app = self._at_rest()
            self.customer.account.call("POST", f"/deployments/{app}/start")
            seen = self.customer.settled(self.resource, app, DEPLOY_SECONDS)
            if seen["status"] == "running":
                return app
            self._forget("")
        raise Unready(f"No app starts: {seen.get('error_message')}")

    def _half_redeployed(self, app: str) -> None:
        """A redeploy that failed, and could not be undone. Raises `Unready`."""
        undoing = Cell("redeploy", "UndoRedeploy", "error_before")
        with Play(undoing, self.customer.cloud).on(app):
            self._begin("redeploy", app)
            seen = self.customer.settled(self.resource, app, DEPLOY_SECONDS)
        if seen["status"] != "failed":
            raise Unready(f"A redeploy that cannot be undone ended in {seen['status']}.")

    def _begin(self, machine: str, app: str) -> None:
        account = self.customer.account
        if machine == "remove":
            try:
                account.call("DELETE", f"/deployments/{app}")
            except Refused as error:
                if error.code != "delete_failed":
                    raise
            return
        verbs = {"deploy": "start", "rollback": "start"}
        given = {"variables": {"NAME": secrets.token_hex(4)}} if machine == "redeploy" else None
        verb = verbs.get(machine, machine)
        account.call("POST", f"/deployments/{app}/{verb}", given, "deployments")

    def _look(self) -> Json:
        return self.customer.look(self.resource, self.app)


@dataclass
class Servers:
    """Servers that are made and destroyed."""

    customer: Customer
    resource: str = "cloud_provisions"
    ready: str = ""
    """A server that stands and may be destroyed."""

    def begun(self, play: Play) -> AbstractContextManager[str]:
        """Begin provision or destroy."""
        return self._provision(play) if play.cell.machine == "provision" else self._destroy(play)

    def container(self, record: str) -> str:
        """The server itself."""
        return self.customer.container(record)

    def cleared(self, record: str, seen: Json) -> list[str]:
        """Keep a server that is ready for a cell that destroys; destroy any other one."""
        if seen["status"] == "ready" and not self.ready:
            self.ready = record
            return []
        told = self.customer.gone(self.resource, record)
        return [told] if told else []

    @contextmanager
    def _provision(self, play: Play) -> Iterator[str]:
        if play.cell.step == FIRST_STEP:
            with ordering, play.on(ANY):
                record = self.customer.order()
                until(lambda: play.is_taken(ANY), DEPLOY_SECONDS)
                until_ordered(self.customer, record)
            yield record
            return
        with ExitStack() as stack:
            with ordering:
                record = self.customer.order()
                stack.enter_context(play.on(record))
                until_ordered(self.customer, record)
            yield record

    @contextmanager
    def _destroy(self, play: Play) -> Iterator[str]:
        record = self.ready or self._made_ready()
        self.ready = ""
        with play.on(record):
            try:
                self.customer.account.call("DELETE", f"/cloud_provisions/{record}")
            except Refused as error:
                if error.code != "destroy_failed":
                    raise
            yield record

    def _made_ready(self) -> str:
        with ordering:
            record = self.customer.order()
            until_ordered(self.customer, record)
        seen = self.customer.settled(self.resource, record, DEPLOY_SECONDS * 2)
        if seen["status"] != "ready":
            raise Unready(f"The server is {seen['status']}: {seen.get('error_message')}")
        return record


@dataclass
class Nodes:
    """The customer's server as a node that is checked."""

    customer: Customer
    resource: str = "nodes"

    @contextmanager
    def begun(self, play: Play) -> Iterator[str]:
        """Begin a check."""
        self.customer.with_server()
        node = self.customer.node
        self.customer.settled(self.resource, node, DEPLOY_SECONDS)
        with play.on(node):
            self.customer.account.call("POST", f"/nodes/{node}/check")
            yield node

    def container(self, _record: str) -> str:
        """The customer's own server."""
        return self.customer.container(self.customer.provision)

    def cleared(self, record: str, _seen: Json) -> list[str]:
        """Have the node online again."""
        end = time.monotonic() + DEPLOY_SECONDS
        seen: Json = {}
        while time.monotonic() < end:
            seen = self.customer.settled(self.resource, record, DEPLOY_SECONDS)
            if seen["status"] == "online":
                return []
            self.customer.account.call("POST", f"/nodes/{record}/check")
        return [f"The node stays {seen.get('status')}: {seen.get('error_message')}"]
