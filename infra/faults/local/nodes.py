"""Servers as nodes that are checked, and that are lost: check and lose."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519

from infra.faults.local.customer import Customer, Json, Unready
from infra.faults.local.droplet import inside
from infra.faults.local.grounds import REST_SECONDS
from infra.faults.local.plays import Play


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
        self.customer.settled(self.resource, node, REST_SECONDS)
        with play.on(node):
            self.customer.account.call("POST", f"/nodes/{node}/check")
            yield node

    def container(self, _record: str) -> str:
        """The customer's own server."""
        return self.customer.container(self.customer.provision)

    def cleared(self, record: str, _seen: Json) -> list[str]:
        """Have the node online again."""
        end = time.monotonic() + REST_SECONDS
        seen: Json = {}
        while time.monotonic() < end:
            seen = self.customer.settled(self.resource, record, REST_SECONDS)
            if seen["status"] == "online":
                return []
            self.customer.account.call("POST", f"/nodes/{record}/check")
        return [f"The node stays {seen.get('status')}: {seen.get('error_message')}"]


@dataclass
class Brought:
    """A server that the customer brings for one cell, with an app on it, and declares lost."""

    customer: Customer
    resource: str = "nodes"
    key: str = ""
    app: str = ""

    @contextmanager
    def begun(self, play: Play) -> Iterator[str]:
        """Begin the losing of a server."""
        name = f"brought {secrets.token_hex(4)}"
        node = self._brought(name)
        with play.on(node):
            self._declare_lost(node, name)
            yield node

    def container(self, _record: str) -> str:
        """The customer's own server, which is brought as another one."""
        return self.customer.container(self.customer.provision)

    def cleared(self, record: str, seen: Json) -> list[str]:
        """Declare the node lost again if that failed, and delete it; its app must go with it."""
        customer = self.customer
        if seen.get("error_message"):
            self._declare_lost(record, seen["name"])
            seen = customer.settled(self.resource, record, REST_SECONDS)
        left = customer.look("deployments", self.app)["status"]
        wrong = "" if left == "gone" else f"The node is {seen['status']}, and its app is {left}."
        told = [customer.gone("deployments", self.app), customer.gone("nodes", record)]
        return list(filter(None, [wrong, *told]))

    def _declare_lost(self, node: str, name: str) -> None:
        path = f"/nodes/{node}/declare_lost"
        self.customer.account.call("POST", path, {"name": name}, "nodes")

    def _brought(self, name: str) -> str:
        """A node that is online and has an app. Raises `Unready`."""
        customer, account = self.customer, self.customer.account
        customer.with_server()
        given = {"name": name, "ssh_host": customer.address, "ssh_user": "root"}
        node = str(account.create("nodes", {**given, "ssh_key_id": self._key()})["id"])
        customer.made.add(node)
        seen = customer.settled("nodes", node, REST_SECONDS)
        if seen["status"] != "online":
            raise Unready(f"The node is {seen['status']}: {seen.get('error_message')}")
        self.app = customer.app_on(node)
        return node

    def _key(self) -> str:
        """A key that opens the customer's own server."""
        if not self.key:
            pair = new_key()
            made = self.customer.account.create(
                "ssh_keys", {"name": "brought", "private_key": pair}
            )
            public = made["attributes"]["public_key"]
            script = f"echo '{public}' >>/root/.ssh/authorized_keys"
            inside(self.container(""), script)
            self.key = str(made["id"])
        return self.key


def new_key() -> str:
    """A private key as ssh-keygen writes it."""
    return (
        ed25519.Ed25519PrivateKey.generate()
        .private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.OpenSSH,
            serialization.NoEncryption(),
        )
        .decode()
    )
