"""Customers' names on apps, and the rounds in which they are looked at."""

from __future__ import annotations

import json
from typing import Any

import boto3

from chalicelib.domain.routes import shard_of
from chalicelib.ports.records import Record
from chalicelib.runtime import wiring
from functions.events.domains import check_domain
from functions.schedules import check_domains
from tests.functions import things
from tests.functions.checks import Checked
from tests.functions.messages import taken
from tests.permissions import watched_as
from tests.world import Reply


def added(here: Checked, user: str, host: str) -> str:
    """An app to which a name was added."""
    app = things.deployment(here, user)
    given = {"hostname": host}
    reply = here.call("POST", f"/deployments/{app}/domains", given, user=user, kind="domains")
    assert reply.status == 201, reply.body
    return app


def verify(here: Checked, app: str, host: str, user: str) -> Reply:
    return here.call("POST", f"/deployments/{app}/domains/{host}/verify", user=user)


def domain_of(app: str) -> Record:
    deployment = wiring.records().get(app)
    assert deployment is not None
    domain = wiring.records().get(deployment.attributes["custom_domains"][0]["id"])
    assert domain is not None
    return domain


def automatic_of(app: str) -> str:
    deployment = wiring.records().get(app)
    assert deployment is not None
    return str(deployment.attributes["domains"][0]["hostname"])


def proves(here: Checked, app: str) -> None:
    """Have the name servers say what proves an app's name."""
    known = domain_of(app).attributes
    here.world.dns.proves(known["hostname"], known["token"], automatic_of(app))


def route_of(host: str) -> dict[str, Any]:
    found = boto3.client("dynamodb").get_item(
        TableName="test-routes", Key={"shard": {"S": shard_of(host)}, "host": {"S": host}}
    )
    return {name: next(iter(value.values())) for name, value in found.get("Item", {}).items()}


def told(app: str) -> list[str]:
    """What the app's owner reads of its names, newest first."""
    entries = wiring.records().journal(app, limit=50)
    return [one.name for one in entries if one.name.startswith("domain_")]


def sent() -> list[dict[str, Any]]:
    """Take every message that waits."""
    return [json.loads(body) for body in taken(wiring.settings().domains_queue)]


def ask() -> dict[str, int]:
    """Have the schedule ask for what is due, under the eyes of its role."""
    [declaration] = check_domains.handler.declarations  # type: ignore[attr-defined]
    with watched_as("check_domains", declaration):
        return check_domains.handler({}, None)


def deliver(*messages: Any) -> list[str]:
    """Hand messages to the consumer; returns those that it did not read."""
    records = [
        {"messageId": str(number), "body": one if isinstance(one, str) else json.dumps(one)}
        for number, one in enumerate(messages)
    ]
    [declaration] = check_domain.handler.declarations  # type: ignore[attr-defined]
    with watched_as("check_domain", declaration):
        answer = check_domain.handler({"Records": records}, None)
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def round_of(here: Checked, app: str, *, hours: float = 0.0) -> Record:
    """Let hours pass, and have the app's name looked at if it is due then."""
    here.world.skew += hours * 3600
    sent()
    ask()
    mine = domain_of(app).id
    deliver(*(one for one in sent() if one["domain"] == mine))
    return domain_of(app)
