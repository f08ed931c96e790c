"""People with accounts, made by the API, and what they have: servers, templates and apps."""

from __future__ import annotations

import os
import secrets
import time
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import StorageState

from e2e.installation import has_local_parts
from infra.local.journey.client import NOT_FOUND, Account, Json, Refused
from infra.local.platform.layout import GATEWAY_PORT

RUN = os.environ.setdefault("HOSTER_E2E_RUN", secrets.token_hex(3))
"""In the names of what this run makes; its processes share it."""
SESSION_KEY = "hoster-session"
"""Where the web app keeps the token of who is signed in."""
SIZE = "s-1vcpu-2gb"
REGION = "fra1"
STARTED = 600.0
REMOVED = 400.0
COMPOSE = """\
services:
  web:
    image: traefik/whoami
    ports: ["80"]
    deploy: {resources: {limits: {cpus: "0.25", memory: 64M}}}
"""

KEEPING = """\
services:
  web:
    image: nginx:alpine
    ports: ["80"]
    volumes: ["pages:/usr/share/nginx/html"]
    deploy: {resources: {limits: {cpus: "0.25", memory: 64M}}}
volumes: {pages: {}}
"""
"""An app whose data lies in a volume."""


def unique(prefix: str = "e2e") -> str:
    """A name that nobody else uses."""
    return f"{prefix}-{RUN}-{secrets.token_hex(3)}"


@dataclass
class Member:
    """Somebody with an account."""

    platform: Json
    email: str = field(default_factory=lambda: f"{unique()}@example.com")
    password: str = field(default_factory=lambda: f"Aa1{secrets.token_urlsafe(16)}")
    account: Account = field(init=False)

    def __post_init__(self) -> None:
        self.account = Account(self.platform["urls"]["web"])
        self.account.sign_up(self.email, self.password)

    @property
    def session(self) -> StorageState:
        """What a browser keeps that is signed in as them."""
        kept = {"name": SESSION_KEY, "value": self.account.token}
        return {
            "cookies": [],
            "origins": [{"origin": self.platform["urls"]["web"], "localStorage": [kept]}],
        }

    def move_to_plan(self, plan: str) -> None:
        """Have a larger plan, where that can be had by asking."""
        if has_local_parts(self.platform):
            gateway = Account(f"http://127.0.0.1:{GATEWAY_PORT}")
            gateway.user = self.account.user
            gateway.move_to_plan(plan)

    def credential(self, token: str | None = None, **given: Any) -> Json:
        """A credential at DigitalOcean, with the token that works there unless another is given."""
        form = {
            "name": unique(),
            "provider": "digitalocean",
            "credentials": {"api_token": token or self.platform["cloud_token"]},
        }
        return self.account.create("cloud_credentials", form | given)

    def order_server(self, credential: str, **given: Any) -> Json:
        """Order a server and return the provision, which goes on."""
        order = {
            "credential_id": credential,
            "instance_name": unique(),
            "region": REGION,
            "size": SIZE,
        }
        return self.account.create("cloud_provisions", order | given)

    def template(self, compose: str = COMPOSE, *, publish: bool = True, **given: Any) -> Json:
        """A template of a small app; published unless told otherwise."""
        form = {
            "name": unique(),
            "version": "1.0.0",
            "description": "Answers every request with what it saw.",
            "category": "development",
            "price_monthly_cents": 500,
            "compose_spec": compose,
        }
        made = self.account.create("templates", form | given)
        if publish:
            self.account.call("POST", f"/templates/{made['id']}/publish")
        return self.account.get("templates", made["id"])

    def app(self, template: Json, node: str | None, *, start: bool = True, **given: Any) -> Json:
        """An app of a template, on a server; its start has begun unless told otherwise."""
        form = {
            "name": unique("e2e"),
            "template_id": template["id"],
            "node_id": node,
            "allow_public_nodes": True,
        }
        made = self.account.create("deployments", form | given)
        if start:
            self.account.call("POST", f"/deployments/{made['id']}/start")
        return made

    def running(self, app: Json) -> Json:
        """Wait until an app runs and return it as it is then."""
        ended = self.account.settled("deployments", app["id"], within=STARTED)
        told = ended["attributes"]
        assert told["status"] == "running", told["error_message"]
        return ended

    def remove(self, resource: str, record_id: str) -> None:
        """Delete a record and wait until it is gone, after whatever is in progress on it."""
        end = time.monotonic() + REMOVED
        while time.monotonic() < end:
            try:
                self.account.call("DELETE", f"/{resource}/{record_id}")
            except Refused as error:
                if error.status == NOT_FOUND:
                    return
                if error.code != "work_in_progress":
                    raise
                time.sleep(1)
        raise AssertionError(f"{record_id} was not gone within {REMOVED:.0f} s")
