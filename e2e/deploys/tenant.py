"""Somebody with apps: an account of its own, its templates, and what its apps show."""

from __future__ import annotations

import secrets
import shlex
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import httpx

from e2e.deploys.server import Server
from e2e.resilience.parts import aws_of, until
from infra.local.journey import leaks
from infra.local.journey.client import Account, Json, Refused
from infra.local.platform.layout import INSTALLATION

WITHIN = 400
"""Seconds in which an app is up, or failed."""
OWN_PAGE = '<p class="state">'
"""What the proxy's own pages hold, and none of these apps'."""


@dataclass
class App:
    """One deployment and how it is reached."""

    tenant: Tenant
    id: str

    @property
    def attributes(self) -> Json:
        """The record as it is now."""
        found: Json = self.tenant.account.get("deployments", self.id)["attributes"]
        return found

    def act(self, verb: str, attributes: Json | None = None) -> None:
        """Begin work on it."""
        kind = "deployments" if attributes is not None else ""
        self.tenant.account.call("POST", f"/deployments/{self.id}/{verb}", attributes, kind)

    def turn(self, *, direct_access: bool) -> None:
        """Turn the switch of direct access."""
        given = {"direct_access": direct_access}
        self.tenant.account.call("PATCH", f"/deployments/{self.id}", given, "deployments")

    def redeploy(self, compose: str) -> None:
        """Begin to bring it to a new version of its template."""
        number = self.tenant.version(self.attributes["template_id"], compose)
        self.act("redeploy", {"version": number})

    def ended(self) -> Json:
        """Wait until nothing is in progress and return the record."""
        record = self.tenant.account.settled("deployments", self.id, within=WITHIN)
        found: Json = record["attributes"]
        return found

    def running(self) -> Json:
        """Wait until it runs without an error, and the app proxy leads there."""
        record = self.ended()
        told = (record["status"], record["error_code"], record["error_message"])
        assert told == ("running", None, None), self.timeline()
        if record["domains"]:
            until(lambda: OWN_PAGE not in self.ask().text, "the proxy leads there")
        return record

    def failed(self, code: str) -> str:
        """Wait until nothing is in progress; it must have failed so. Returns the reason."""
        record = self.ended()
        told = (record["status"], record["error_code"])
        assert told == ("failed", code), record["error_message"] or self.timeline()
        return str(record["error_message"])

    def timeline(self) -> list[str]:
        """The latest work, a line for each step."""
        path = f"/deployments/{self.id}/timeline"
        shown = self.tenant.account.call("GET", path)["data"]["attributes"]
        return [
            f"{step['name']} {step['state']} {step['message'] or ''}" for step in shown["steps"]
        ]

    def ask(self, path: str = "/", **options: Any) -> httpx.Response:
        """Ask through the app proxy under the app's host name."""
        host = self.attributes["domains"][0]["hostname"]
        proxy = self.tenant.platform["urls"]["proxy"]
        return httpx.get(f"{proxy}{path}", headers={"Host": host}, trust_env=False, **options)

    def host_port(self, container_port: int, protocol: str = "tcp") -> int:
        """The port of the server on which a container's port is published."""
        [found] = [
            port["host_port"]
            for port in self.attributes["ports"]
            if (port["container_port"], port["protocol"]) == (container_port, protocol)
        ]
        return int(found)

    def container(self, service: str) -> str:
        """The name of a service's container on its server."""
        return f"hoster_{self.id}_{service}"

    def inside(self, server: Server, service: str, *command: str) -> str:
        """Run a command in a service's container, which must succeed."""
        return server.shell(shlex.join(["docker", "exec", self.container(service), *command]))


@dataclass
class Tenant:
    """An account on the largest plan, whose apps may go to somebody else's servers."""

    platform: Json
    account: Account = field(init=False)
    templates: list[str] = field(default_factory=list)
    apps: list[App] = field(default_factory=list)
    versions: int = 0
    """How many versions were made after the first ones."""

    def __post_init__(self) -> None:
        self.account = Account(self.platform["urls"]["web"])
        email = f"matrix-{secrets.token_hex(6)}@example.com"
        self.account.sign_up(email, secrets.token_urlsafe(16))
        self.account.move_to_plan("pro")

    def template(
        self,
        compose: str,
        *,
        variables: Sequence[Mapping[str, Any]] = (),
        files: Mapping[str, tuple[str, str]] | None = None,
    ) -> str:
        """Make a template. `files` holds mode and content by absolute path."""
        given = {
            "name": f"Matrix {secrets.token_hex(5)}",
            "version": "1.0.0",
            "compose_spec": compose,
            "variables": list(variables),
            "config_files": [
                {"name": path.rsplit("/", 1)[-1], "path": path, "mode": mode, "content": content}
                for path, (mode, content) in (files or {}).items()
            ],
        }
        made = str(self.account.create("templates", given)["id"])
        self.templates.append(made)
        return made

    def published(
        self,
        compose: str,
        *,
        variables: Sequence[Mapping[str, Any]] = (),
        files: Mapping[str, tuple[str, str]] | None = None,
    ) -> str:
        """Make a template and publish it: its apps can go from version to version."""
        made = self.template(compose, variables=variables, files=files)
        self.account.call("POST", f"/templates/{made}/publish")
        return made

    def version(self, template: str, compose: str) -> str:
        """Make a new version of a template the present one and return its number."""
        self.versions += 1
        number = f"1.{self.versions}.0"
        given = {"version": number, "compose_spec": compose}
        self.account.call("POST", f"/templates/{template}/versions", given, "template_versions")
        return number

    def app(
        self,
        template: str,
        server: Server | None = None,
        *,
        direct_access: bool = False,
        **variables: Any,
    ) -> App:
        """Make an app and begin its start."""
        app = self.made(template, server, direct_access=direct_access, **variables)
        app.act("start")
        return app

    def made(
        self,
        template: str,
        server: Server | None = None,
        *,
        direct_access: bool = False,
        **variables: Any,
    ) -> App:
        """Make an app, on a server or where Hoster finds room."""
        given = {
            "name": f"matrix {secrets.token_hex(5)}",
            "template_id": template,
            "allow_public_nodes": True,
            "direct_access": direct_access,
            "variables": variables,
        }
        if server is not None:
            given["node_id"] = server.node
        app = App(self, str(self.account.create("deployments", given)["id"]))
        self.apps.append(app)
        return app

    def leave(self, servers: Sequence[Server]) -> None:
        """Delete everything, and see that nothing of it is left anywhere."""
        hosts = [d["hostname"] for app in self.apps for d in app.attributes["domains"]]
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(self._delete, self.apps))
        for template in self.templates:
            self.account.call("DELETE", f"/templates/{template}")
        left = left_of([app.id for app in self.apps], self.platform, servers)
        assert left == {kind: [] for kind in left}
        for host in hosts:
            assert self._status(host) == 404, f"{host} still leads somewhere"

    def _delete(self, app: App) -> None:
        self.account.settled("deployments", app.id, within=WITHIN)
        self.account.call("DELETE", f"/deployments/{app.id}")
        until(lambda: self.is_gone(app), f"{app.id} is gone", WITHIN)

    def is_gone(self, app: App) -> bool:
        """Whether an app is deleted."""
        try:
            self.account.get("deployments", app.id)
        except Refused as error:
            return error.status == 404
        return False

    def _status(self, host: str) -> int:
        proxy = self.platform["urls"]["proxy"]
        return httpx.get(proxy, headers={"Host": host}, trust_env=False).status_code


def left_of(apps: Sequence[str], platform: Json, servers: Sequence[Server]) -> leaks.Leaks:
    """What of these deployments is left: on the servers, in the store, in the state machines."""
    cloud = platform["urls"]["cloud"]
    left = leaks.of_records(cloud, INSTALLATION, apps, aws_of(platform))
    for kind, command in NODE_KINDS.items():
        listed = [name for server in servers for name in server.shell(command).split()]
        left[kind] = [name for name in listed if any(app in name for app in apps)]
    return left


NODE_KINDS = {
    "containers": "docker ps --all --format '{{.Names}}'",
    "volumes": "docker volume ls --format '{{.Name}}'",
    "networks": "docker network ls --format '{{.Name}}'",
    "files": "ls /var/lib/hoster /var/lib/hoster/files 2>/dev/null || true",
}
