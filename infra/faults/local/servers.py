"""Servers that are made and destroyed: provision and destroy."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass

from infra.faults.local.customer import Customer, Json, Unready, ordering, until_ordered
from infra.faults.local.grounds import REST_SECONDS
from infra.faults.local.plays import Play, until
from infra.local.cloud.faulty import ANY
from infra.local.journey.client import Refused

FIRST_STEP = "PrepareKeys"
"""The step that is entered before anybody can know the id of the record."""

DESTROYING = "destroying"
"""Where a destroy failed from."""
OF_APPS = frozenset({"RemoveApps", "BuryApps"})
"""Steps that have nothing to do on a server without apps."""


@dataclass
class Servers:
    """Servers that are made and destroyed."""

    customer: Customer
    resource: str = "cloud_provisions"
    ready: str = ""
    """A server that stands and may be destroyed."""
    app: str = ""
    """What lives on the server that a cell destroys, if anything does."""

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
        app, self.app = self.app, ""
        again = self._tried_again(record, seen)
        told = [self.customer.gone("deployments", app)] if app and seen["status"] != "gone" else []
        told.append(self.customer.gone(self.resource, record))
        if app and self.customer.look("deployments", app)["status"] != "gone":
            told.append("The server is gone, and its app is not.")
        return list(filter(None, [again, *told]))

    def _tried_again(self, record: str, seen: Json) -> str:
        """Try again to make what was not made; why that did not work."""
        if seen["status"] != "failed" or seen["failed_from"] == DESTROYING:
            return ""
        self.customer.account.call("POST", f"/cloud_provisions/{record}/retry")
        later = self.customer.settled(self.resource, record, REST_SECONDS * 2)
        if later["status"] == "ready":
            return ""
        return f"Tried again, it is {later['status']}: {later.get('error_message')}"

    @contextmanager
    def _provision(self, play: Play) -> Iterator[str]:
        if play.cell.step == FIRST_STEP:
            with ordering, play.on(ANY):
                record = self.customer.order()
                until(lambda: play.is_taken(ANY), REST_SECONDS)
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
        path = f"/cloud_provisions/{record}"
        if play.cell.step in OF_APPS:
            node = self.customer.look(self.resource, record)["node_id"]
            self.app, path = self.customer.app_on(node), f"{path}?force=true"
        with play.on(record):
            try:
                self.customer.account.call("DELETE", path)
            except Refused as error:
                if error.code != "destroy_failed":
                    raise
            yield record

    def _made_ready(self) -> str:
        with ordering:
            record = self.customer.order()
            until_ordered(self.customer, record)
        seen = self.customer.settled(self.resource, record, REST_SECONDS * 2)
        if seen["status"] != "ready":
            raise Unready(f"The server is {seen['status']}: {seen.get('error_message')}")
        return record
