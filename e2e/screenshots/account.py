"""The account of the pictures: a catalogue to choose from, a server, and apps in each state.

Beside it is a new account, which has nothing yet.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from e2e.browser.members import KEEPING, Member
from infra.local.journey.client import Json, Refused
from infra.seed.folder import read_all
from infra.seed.load import load

README = "# Link page\n\nA page of links, served from one small container.\n"
FAILING = """\
services:
  web:
    image: nginx:alpine
    entrypoint: [sh, -c, "echo reading status.yml; echo status.yml is not there >&2; exit 3"]
    restart: "no"
    ports: ["80"]
    deploy: {resources: {limits: {cpus: "0.25", memory: 64M}}}
"""
SLOW = """\
services:
  web:
    image: nginx:alpine
    ports: ["80"]
    healthcheck:
      test: ["CMD", "wget", "-q", "-O", "/dev/null", "http://127.0.0.1:81/"]
      interval: 5s
      start_period: 300s
    deploy: {resources: {limits: {cpus: "0.5", memory: 128M}}}
"""
"""Its check asks where nothing listens, so that it is seen while it starts."""
NOTHING_TO_CANCEL = {"nothing_to_cancel", "not_cancellable"}


@dataclass(frozen=True)
class Furnished:
    """Whose pages are taken."""

    member: Member
    newcomer: Member
    ids: dict[str, str]
    """Of what the member has, by what it is."""

    def start_the_slow_one(self) -> None:
        """Have the app that takes long start, unless it is at it."""
        app = self.member.account.get("deployments", self.ids["working"])
        if app["attributes"]["work"] is None:
            self.member.account.call("POST", f"/deployments/{app['id']}/start")


@contextmanager
def furnished(platform: Json) -> Iterator[Furnished]:
    """Make both accounts, and take away afterwards what the member has."""
    member = Member(platform, email=f"ada-{secrets.token_hex(2)}@example.com")
    newcomer = Member(platform, email=f"grace-{secrets.token_hex(2)}@example.com")
    member.move_to_plan("pro")
    ordered = member.order_server(
        member.credential(name="DigitalOcean")["id"], instance_name="frankfurt-1"
    )
    try:
        yield Furnished(member, newcomer, _filled(member, ordered))
    finally:
        for app in member.account.all("deployments"):
            _cancelled(member, app["id"])
            member.remove("deployments", app["id"])
        member.remove("cloud_provisions", ordered["id"])
        _withdrawn(member)


def _filled(member: Member, ordered: Json) -> dict[str, str]:
    """Publish templates, start apps, back one up; return the ids of what pages are about."""
    _introduced(member)
    for _ in load(member.account, read_all()):
        pass
    links = member.template(name="Link page", readme=README)
    ready = member.account.settled("cloud_provisions", ordered["id"], within=600)
    node = ready["attributes"]["node_id"]
    found = {one["attributes"]["name"]: one for one in member.account.all("templates")}
    guestbook = member.app(found["Guestbook"], node, name="Guestbook")
    failing = member.template(FAILING, publish=False, name="Status board")
    failed = member.app(failing, node, name="Status board")
    slow = member.template(SLOW, publish=False, name="Newsletter")
    working = member.app(slow, node, name="Newsletter")
    keeping = member.template(KEEPING, publish=False, name="Handbook")
    kept = member.app(keeping, node, name="Handbook")
    waiting = member.app(links, node, start=False, name="Links")
    member.running(guestbook)
    member.running(kept)
    schedule = {"backup_schedule": {"every": "day", "hour": 3}}
    member.account.call("PATCH", f"/deployments/{kept['id']}", schedule, "deployments")
    for _ in range(2):
        member.account.call("POST", f"/deployments/{kept['id']}/backups")
        member.account.settled("deployments", kept["id"], within=300)
    member.account.settled("deployments", failed["id"], within=300)
    return {
        "template": links["id"],
        "app": guestbook["id"],
        "failed": failed["id"],
        "working": working["id"],
        "waiting": waiting["id"],
        "kept": kept["id"],
        "node": node,
    }


def _introduced(member: Member) -> None:
    """Have something on each page of the settings."""
    login = {"name": "GitHub packages", "host": "ghcr.io", "username": "ada"}
    member.account.create("registry_credentials", login | {"secret": secrets.token_hex(20)})
    bucket = {"name": "Offsite", "bucket": "ada-backups", "region": "eu-central-1"}
    key = {"access_key_id": "AKIAIOSFODNN7EXAMPLE", "secret_access_key": secrets.token_hex(20)}
    member.account.create("backup_targets", bucket | key)
    member.account.create("api_tokens", {"name": "Nightly deploys", "scope": "deploy"})
    member.account.create("notice_channels", {"kind": "email", "address": "team@example.com"})
    member.account.call("POST", "/ssh_keys/generate", {"name": "Laptop"}, "ssh_keys")


def _withdrawn(member: Member) -> None:
    """Delete the member's templates: those of the next run have their names."""
    for template in member.account.all("templates", "?scope=mine"):
        if template["attributes"]["published"]:
            member.account.call("POST", f"/templates/{template['id']}/unpublish")
        member.remove("templates", template["id"])


def _cancelled(member: Member, app: str) -> None:
    """End the start of an app that is still starting."""
    try:
        member.account.call("POST", f"/deployments/{app}/cancel")
    except Refused as error:
        if error.code not in NOTHING_TO_CANCEL:
            raise
