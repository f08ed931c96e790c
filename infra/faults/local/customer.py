"""A customer of a run: an account with a template and a server of its own, and what it does."""

from __future__ import annotations

import secrets
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from infra.local.journey import leaks
from infra.local.journey.client import Account, Refused

Json = dict[str, Any]
REGION, SIZE = "fra1", "s-2vcpu-4gb"
READY_SECONDS = 240.0
GONE_SECONDS = 150.0
LOOK_SECONDS = 0.2
TEMPLATE: Json = {
    "version": "1.0.0",
    "variables": [{"name": "NAME", "label": "Name", "type": "string", "default": "one"}],
    "config_files": [{"name": "note", "path": "/etc/note", "content": "0123456789abcdef" * 512}],
    "compose_spec": """\
services:
  web:
    image: traefik/whoami
    environment: {WHOAMI_NAME: "${NAME}"}
    ports: ["80"]
    volumes: ["data:/data"]
    deploy: {resources: {limits: {cpus: "0.1", memory: 32M}}}
volumes: {data: {}}
""",
}
ordering = threading.Lock()
"""Held while a server is ordered, until its first step is past: see `Play` and `any`."""


class Unready(Exception):
    """What a cell begins from could not be brought about."""


@dataclass
class Customer:
    """An account, its credential, and its server once one is asked for."""

    platform: Json
    account: Account = field(init=False)
    credential: str = ""
    template: str = ""
    provision: str = ""
    """The server on which the apps run, and the node that is checked."""
    node: str = ""
    address: str = ""
    made: set[str] = field(default_factory=set)
    """Every record that was made."""

    def __post_init__(self) -> None:
        self.account = Account(self.platform["urls"]["web"])
        self.account.sign_up(
            f"faults-{secrets.token_hex(6)}@example.com", secrets.token_urlsafe(16)
        )
        self.account.move_to_plan("pro")
        token = {"api_token": self.platform["cloud_token"]}
        given = {"name": "faults", "provider": "digitalocean", "credentials": token}
        self.credential = self.account.create("cloud_credentials", given)["id"]

    @property
    def cloud(self) -> str:
        """Address of the local DigitalOcean."""
        return str(self.platform["urls"]["cloud"])

    def with_server(self) -> None:
        """Have a server of one's own, and a template for apps on it. Raises `Unready`."""
        if self.node:
            return
        with ordering:
            self.provision = self.order()
            until_ordered(self, self.provision)
        seen = self.settled("cloud_provisions", self.provision, READY_SECONDS)
        if seen["status"] != "ready":
            raise Unready(f"The server is {seen['status']}: {seen.get('error_message')}")
        self.node, self.address = seen["node_id"], seen["public_ip"]
        self.made.add(self.node)

    def _template(self) -> str:
        name = f"Faults {secrets.token_hex(4)}"
        return str(self.account.create("templates", {**TEMPLATE, "name": name})["id"])

    def order(self) -> str:
        """Order a server; returns its record's id."""
        given = {
            "credential_id": self.credential,
            "instance_name": f"faults-{secrets.token_hex(4)}",
            "region": REGION,
            "size": SIZE,
        }
        made = str(self.account.create("cloud_provisions", given)["id"])
        self.made.add(made)
        return made

    def app_on(self, node: str) -> str:
        """An app on a node, not started; returns its record's id."""
        self.template = self.template or self._template()
        name = f"faults {secrets.token_hex(4)}"
        given = {
            "name": name,
            "template_id": self.template,
            "node_id": node,
            "direct_access": True,
        }
        made = str(self.account.create("deployments", given)["id"])
        self.made.add(made)
        return made

    def container(self, provision: str) -> str:
        """The container that is the newest server of a provision. Raises `Unready`."""
        droplets = leaks.droplets_of(self.cloud, provision)
        if not droplets:
            raise Unready("There is no server.")
        return str(droplets[0]["container"])

    def look(self, resource: str, record: str) -> Json:
        """A record's attributes; of one that is gone only its status, `gone`."""
        try:
            seen = self.account.seen(resource, record)
        except Refused as error:
            if error.status != 404:
                raise
            return {"status": "gone", "work": None}
        return {"status": "", "work": {}} if seen is None else dict(seen["attributes"])

    def settled(self, resource: str, record: str, within: float) -> Json:
        """Wait until no work is in hand; what is then seen, or last seen when time is up."""
        end = time.monotonic() + within
        seen = self.look(resource, record)
        while seen["work"] is not None and time.monotonic() < end:
            time.sleep(LOOK_SECONDS)
            seen = self.look(resource, record)
        return seen

    def gone(self, resource: str, record: str) -> str:
        """Delete a record until it is gone; why it is not, or nothing."""
        end, told = time.monotonic() + GONE_SECONDS, ""
        while time.monotonic() < end:
            try:
                self.account.call("DELETE", f"/{resource}/{record}")
            except Refused as error:
                if error.status == 404:
                    return ""
                told = str(error)
            self.settled(resource, record, end - time.monotonic())
            time.sleep(LOOK_SECONDS)
        return told or f"{resource} {record} is not gone."

    def leave(self) -> list[str]:
        """Delete everything; what would not go."""
        kept: list[str] = []
        for resource in ("deployments", "cloud_provisions", "nodes"):
            for record in self.account.all(resource):
                kept += filter(None, [self.gone(resource, record["id"])])
        with suppress(Refused):
            self.account.call("DELETE", f"/templates/{self.template}")
        self.account.http.close()
        return kept


def until_ordered(customer: Customer, provision: str) -> None:
    """Wait until the first step of a provision is past."""
    end = time.monotonic() + READY_SECONDS
    while time.monotonic() < end:
        seen = customer.look("cloud_provisions", provision)
        if seen["status"] not in {"", "pending"} or seen["work"] is None:
            return
        time.sleep(LOOK_SECONDS)
