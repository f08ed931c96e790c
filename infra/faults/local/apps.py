"""Apps on a customer's server: deploy, stop, restart, remove, redeploy and rollback."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpx

from infra.faults.cells import Cell
from infra.faults.local.customer import Customer, Json, Unready
from infra.faults.local.grounds import REST_SECONDS
from infra.faults.local.plays import Play, until
from infra.local.journey.client import Refused

OPEN_SECONDS = 30.0


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
            seen = customer.settled("nodes", customer.node, REST_SECONDS)
            if seen["status"] == "online":
                return
            customer.account.call("POST", f"/nodes/{customer.node}/check")
        raise Unready(f"The node is {seen['status']}: {seen.get('error_message')}")

    def _at_rest(self) -> str:
        """An app that is stopped, or one that never ran."""
        if self.app and self._look()["status"] == "running":
            self.customer.account.call("POST", f"/deployments/{self.app}/stop")
            self.customer.settled(self.resource, self.app, REST_SECONDS)
        if self.app and self._look()["status"] == "stopped":
            return self.app
        self.app = self.customer.app_on(self.customer.node)
        return self.app

    def _running(self) -> str:
        """An app that runs. Raises `Unready`."""
        for _ in range(2):
            if self.app and self._look()["status"] == "running":
                return self.app
            app = self._at_rest()
            self.customer.account.call("POST", f"/deployments/{app}/start")
            seen = self.customer.settled(self.resource, app, REST_SECONDS)
            if seen["status"] == "running":
                return app
            self._forget("")
        raise Unready(f"No app starts: {seen.get('error_message')}")

    def _half_redeployed(self, app: str) -> None:
        """A redeploy that failed, and could not be undone. Raises `Unready`."""
        undoing = Cell("redeploy", "UndoRedeploy", "error_before")
        with Play(undoing, self.customer.cloud).on(app):
            self._begin("redeploy", app)
            seen = self.customer.settled(self.resource, app, REST_SECONDS)
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
