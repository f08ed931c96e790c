"""An account with room to try things in, and a server of its own."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

import pytest

from e2e.resilience.parts import until
from infra.local.journey.client import Account, Json, Refused

SIZE = "s-1vcpu-2gb"
REGION = "fra1"


@dataclass
class Customer:
    """An account, what it ordered, and how to make more."""

    platform: Json
    account: Account
    credential: str

    def order_server(self, **given: Any) -> str:
        """Order a server and return the provision's id."""
        order = {
            "credential_id": self.credential,
            "instance_name": f"try-{secrets.token_hex(4)}",
            "region": REGION,
            "size": SIZE,
        }
        return str(self.account.create("cloud_provisions", order | given)["id"])

    def server(self) -> Json:
        """Order a server, wait for it and return the provision's attributes."""
        return self.ended("cloud_provisions", self.order_server())

    def publish(self, name: str, compose: str, **given: Any) -> str:
        """Publish a template under a name of its own; returns the name once it is listed."""
        name = f"{name} {secrets.token_hex(4)}"
        form = {"name": name, "version": "1.0.0", "compose_spec": compose}
        made = self.account.create("templates", form | given)["id"]
        self.account.call("POST", f"/templates/{made}/publish")
        until(
            lambda: name in {one["attributes"]["name"] for one in self.account.all("templates")},
            f"{name} is listed",
        )
        return name

    def seen(self, app: str) -> Json:
        """The attributes of an app as they are now."""
        attributes: Json = self.account.get("deployments", app)["attributes"]
        return attributes

    def order_app(self, node: str, template: str = "Whoami", *, direct_access: bool = False) -> str:
        """Make an app on a node, begin its start and return its id."""
        found = self.account.all("templates")
        chosen = next(t for t in found if t["attributes"]["name"] == template)
        given = {
            "name": f"try {secrets.token_hex(4)}",
            "template_id": chosen["id"],
            "node_id": node,
            "direct_access": direct_access,
        }
        made = self.account.create("deployments", given)["id"]
        self.account.call("POST", f"/deployments/{made}/start")
        return str(made)

    def ended(self, resource: str, record_id: str, within: float = 600) -> Json:
        """Wait until nothing is in progress and return the attributes."""
        record = self.account.settled(resource, record_id, within=within)
        attributes: Json = record["attributes"]
        return attributes

    def remove(self, resource: str, record_id: str) -> None:
        """Delete a record and wait until it is gone; what is gone already is removed."""

        def gone() -> bool:
            try:
                self.account.get(resource, record_id)
            except Refused as error:
                return error.status == 404
            return False

        try:
            self.account.call("DELETE", f"/{resource}/{record_id}")
        except Refused as error:
            if error.status != 404:
                raise
        until(gone, f"{record_id} is gone", within=400)


def customer_of(platform: Json) -> Customer:
    """A new account on the largest plan, with a credential of the local provider."""
    account = Account(platform["urls"]["web"])
    account.sign_up(f"try-{secrets.token_hex(6)}@example.com", secrets.token_urlsafe(16))
    account.move_to_plan("pro")
    credential = account.create(
        "cloud_credentials",
        {
            "name": "my cloud",
            "provider": "digitalocean",
            "credentials": {"api_token": platform["cloud_token"]},
        },
    )
    return Customer(platform, account, credential["id"])


@pytest.fixture(scope="session")
def customer(platform: Json) -> Customer:
    """One account for all."""
    return customer_of(platform)


@pytest.fixture(scope="session")
def server(customer: Customer):
    """A server that stands for the whole session and is destroyed after it."""
    record_id = customer.order_server()
    attributes = customer.ended("cloud_provisions", record_id)
    assert attributes["status"] == "ready", attributes["error_message"]
    yield {"id": record_id, **attributes}
    for app in customer.account.all("deployments"):  # what a failed test left
        customer.remove("deployments", app["id"])
    customer.remove("cloud_provisions", record_id)
