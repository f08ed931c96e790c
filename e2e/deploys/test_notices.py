"""People are told that an app is down and up again: by a letter, and by a signed webhook."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import secrets
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

from e2e.deploys import texts
from e2e.deploys.server import Server
from e2e.deploys.tenant import App, Tenant
from e2e.installation import has_local_parts
from e2e.resilience.conftest import Customer
from e2e.resilience.parts import docker, go_round, until
from infra.local import nodes
from infra.local.journey.client import Account, Json

KEY = secrets.token_bytes(32)
LINK = re.compile(r"/confirm-address#([\w.-]+)")
ONCE = texts.ONE.replace("ports:", 'restart: "no"\n    ports:')
"""An app that stays down when it ends."""


@dataclass
class Receiver:
    """Somebody's own program at an address that servers of others have, which takes webhooks."""

    url: str = ""
    got: list[tuple[dict[str, str], Json]] = field(default_factory=list)
    """Headers and body of each webhook whose signature is right."""
    unsigned: int = 0

    def take(self, headers: dict[str, str], body: bytes) -> int:
        """Judge a webhook as Standard Webhooks has it, keep it, and return the answer's status."""
        text = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        code = base64.b64encode(hmac.digest(KEY, text, hashlib.sha256)).decode()
        if f"v1,{code}" not in headers["webhook-signature"].split():
            self.unsigned += 1
            return 401
        self.got.append((headers, json.loads(body)))
        return 204

    def types(self) -> list[str]:
        """What was told, in its order."""
        return [body["type"] for _, body in self.got]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """It listens on this machine's address on the servers' bridge."""
    made = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            told = {name.lower(): value for name, value in self.headers.items()}
            self.send_response(made.take(told, body))
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer((nodes.ensure_network(), 0), Handler) as server:
        made.url = f"http://{server.server_address[0]}:{server.server_port}/hook"
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield made
        server.shutdown()
        thread.join()


def hooked(account: Account, receiver: Receiver) -> str:
    """Have everything of an account told to the receiver; returns the channel's id."""
    secret = f"whsec_{base64.b64encode(KEY).decode()}"
    given = {"kind": "webhook", "url": receiver.url, "secret": secret}
    return str(account.create("notice_channels", given)["id"])


@dataclass
class People:
    """The tenant's channels, and what arrives at them."""

    tenant: Tenant
    receiver: Receiver
    email: str
    webhook: str
    """The id of the webhook's channel."""

    def letters(self) -> list[Json]:
        """The letters to the address that was added, the newest first."""
        url = f"{self.tenant.platform['urls']['mail']}/messages"
        answer = httpx.get(url, params={"to": self.email}, trust_env=False)
        found: list[Json] = answer.json()["messages"]
        return found

    def subjects(self) -> list[str]:
        """What the letters are about, in their order."""
        return [letter["subject"] for letter in reversed(self.letters())]

    def ask(self, path: str) -> Json:
        """Ask for something of the webhook's channel."""
        found: Json = self.tenant.account.call("POST", f"/notice_channels/{self.webhook}/{path}")
        return found


@pytest.fixture
def people(platform: Json, tenant: Tenant, receiver: Receiver) -> People:
    """A webhook, and an address whose link was opened."""
    if not has_local_parts(platform):
        pytest.skip("the installation is elsewhere: it reaches neither mailbox nor receiver")
    webhook = hooked(tenant.account, receiver)
    found = People(tenant, receiver, f"told-{secrets.token_hex(6)}@example.com", webhook)
    added = {"kind": "email", "address": found.email}
    tenant.account.create("notice_channels", added)
    [letter] = until(found.letters, "the link to confirm comes")
    token = LINK.findall(letter["text"])[0]
    tenant.account.call("POST", "/notice_confirmations", {"token": token}, "notice_confirmations")
    return found


def test_app_that_ends_and_comes_again_is_one_letter_and_one_webhook_each(
    platform: Json, tenant: Tenant, server: Server, people: People
) -> None:
    receiver = people.receiver
    people.ask("test")
    until(lambda: receiver.types() == ["test"], "the test arrives")
    app = tenant.app(tenant.template(ONCE), server)
    name = app.running()["name"]

    server.shell(f"docker kill {app.container('web')}")
    watched(platform, app)
    told(platform, people, 2)
    down = receiver.got[-1]
    app.act("start")
    app.running()
    told(platform, people, 3)
    up = receiver.got[-1]
    path = f"/notice_channels/{people.webhook}/deliveries"
    deliveries = tenant.account.call("GET", path)["data"]
    people.ask(f"deliveries/{down[1]['id']}/replay")
    until(lambda: len(receiver.got) == 4, "what was sent is sent once more")

    assert receiver.types() == ["test", "app.down", "app.up", "app.down"]
    assert receiver.unsigned == 0
    assert people.subjects()[1:] == [f"{name} is down", f"{name} is up again"]
    [item] = down[1]["items"]
    assert (item["deployment_id"], item["name"]) == (app.id, name)
    assert item["detail"] == "Unhealthy: web has ended"
    assert up[1]["items"][0]["since"] == item["at"]
    assert receiver.got[3][0]["webhook-id"] == down[0]["webhook-id"] == down[1]["id"]
    assert receiver.got[3][1] == down[1]
    assert [one["attributes"]["status"] for one in deliveries] == ["delivered"] * 3


def test_address_that_bounces_or_whose_reader_leaves_is_silent(
    tenant: Tenant, people: People
) -> None:
    account = tenant.account
    bounces = f"bounce+{secrets.token_hex(6)}@simulator.amazonses.com"
    bouncing = account.create("notice_channels", {"kind": "email", "address": bounces})["id"]
    until(lambda: standing(account, bouncing) == "undeliverable", "the bounce is known")
    [mine] = [
        one["id"]
        for one in account.call("GET", "/notice_channels")["data"]
        if one["attributes"]["address"] == people.email
    ]
    account.call("POST", f"/notice_channels/{mine}/test")
    [letter, _] = until(lambda: people.letters()[1:] and people.letters(), "the test arrives")

    link = letter["headers"]["List-Unsubscribe"].strip("<>")
    looked = httpx.get(link, trust_env=False)
    before = standing(account, mine)
    clicked = httpx.post(link, data={"List-Unsubscribe": "One-Click"}, trust_env=False)

    assert letter["headers"]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert (looked.status_code, before) == (200, "active")
    assert f"/unsubscribe#{link.rsplit('/', 1)[1]}" in looked.text
    assert (clicked.status_code, standing(account, mine)) == (200, "muted")


def standing(account: Account, channel: str) -> str:
    """A channel's state."""
    return str(account.get("notice_channels", channel)["attributes"]["status"])


def watched(platform: Json, app: App) -> None:
    """Have servers looked at until the app's end is known."""

    def is_known() -> bool:
        go_round(platform, "watch_nodes")
        return bool(app.attributes["status"] == "failed")

    until(is_known, "the watch sees that the app ended")


def told(platform: Json, people: People, count: int) -> None:
    """Have rounds of notices until the last letter and the last webhook are there."""

    def is_there() -> bool:
        go_round(platform, "tell_people")
        return (len(people.receiver.got), len(people.letters())) == (count, count)

    until(is_there, f"{count} letters and webhooks are there")


@pytest.fixture
def two_apps(operator: Customer, troubled: Server, receiver: Receiver) -> Iterator[list[str]]:
    """Two apps on a server of their owner's, who has a webhook."""
    if not has_local_parts(operator.platform):
        pytest.skip("the installation is elsewhere: its servers are not ours to switch off")
    apps = [operator.order_app(troubled.node) for _ in "ab"]
    for app in apps:
        assert operator.ended("deployments", app)["status"] == "running"
    channel = hooked(operator.account, receiver)
    yield apps
    operator.account.call("DELETE", f"/notice_channels/{channel}")
    for app in apps:
        operator.remove("deployments", app)


def test_dead_server_with_two_apps_is_one_message(
    platform: Json, operator: Customer, troubled: Server, two_apps: list[str], receiver: Receiver
) -> None:
    def seen(status: str) -> bool:
        go_round(platform, "watch_nodes")
        known = operator.account.get("nodes", troubled.node)["attributes"]["status"]
        return bool(known == status)

    def is_told(kind: str) -> bool:
        go_round(platform, "tell_people")
        return kind in receiver.types()

    def are_doubted() -> bool:
        return all(operator.seen(app)["health"] == "unreachable" for app in two_apps)

    docker("kill", troubled.droplet)
    try:
        # One look, and the second one that it asks for itself: the clock is no faster.
        go_round(platform, "watch_nodes")
        until(are_doubted, "nothing is seen of its apps")
        until(lambda: seen("offline"), "the server is called offline")
        until(lambda: is_told("node.offline"), "its owner is told")
    finally:
        docker("start", troubled.droplet)
    until(lambda: seen("online"), "the server is back")
    until(lambda: is_told("node.online"), "its owner is told that, too")

    assert receiver.types() == ["node.offline", "node.online"]
    [item] = receiver.got[0][1]["items"]
    names = {operator.seen(app)["name"] for app in two_apps}
    assert {app["name"] for app in item["apps"]} == names
