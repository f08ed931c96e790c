"""Worlds to begin from: made once through the API with nothing going wrong, then copied."""

from __future__ import annotations

import copy
from functools import cache
from random import Random
from typing import Any

from infra.faults.simulated.functions import in_play
from infra.faults.simulated.world import World
from tests.fakes.outbox import Waiting

COMPOSE = """\
services:
  db:
    image: redis:7-alpine
    healthcheck: {test: [CMD, redis-cli, ping], interval: 1s}
    environment: {GREETING: "${GREETING}"}
    volumes: ["data:/data"]
  web:
    image: nginx:alpine
    ports: ["80"]
    environment: {GREETING: "${GREETING}"}
    depends_on: {db: {condition: service_healthy}}
volumes: {data: {}}
"""
GREETING = {"name": "GREETING", "type": "string", "default": "hello", "label": "Greeting"}
TOKEN = "token-1"  # noqa: S105 - of nothing
BROUGHT = "10.99.0.7"
"""Where a server stands that its owner brings."""
CHOICE = ("empty", "server", "app", "brought"), (2, 3, 4, 3)
"""Worlds that schedules begin in, and how often."""


@cache
def _prepared(start: str) -> World:
    """An installation with a template, a credential and a key; and a server, and an app there."""
    world = World(Random(0))
    world.accounts[TOKEN] = world.real
    world.add_server(BROUGHT)
    with in_play(world):
        made = world.ask("POST /v1/templates", "", template(COMPOSE), user="creator")
        world.ask("POST /v1/templates/{id}/publish", made.id, user="creator")
        given = {
            "name": "my cloud",
            "provider": "digitalocean",
            "credentials": {"api_token": TOKEN},
        }
        credential = world.ask("POST /v1/cloud_credentials", "", given).id
        world.ask("POST /v1/ssh_keys/generate", "", {"name": "my key"})
        if start in {"server", "app"}:
            world.ask("POST /v1/cloud_provisions", "", provision(credential))
        if start == "brought":
            world.ask("POST /v1/nodes", "", brought(world))
        world.sleep(400)
        if start in {"app", "brought"}:
            app = world.ask("POST /v1/deployments", "", deployment(world)).id
            world.ask("POST /v1/deployments/{id}/start", app)
            world.sleep(200)
        wanted = {"ready", "active", "published", "online", "running", "unchecked", "pending"}
        states = {item["status"] for item in world.store.items.values()}
        if world.broken or any(run.status != "succeeded" for run in runs(world)):
            raise AssertionError(f"{start}: {states - wanted}\n{world.told()}\n{world.broken}")
    world.trace.clear()
    return world


def runs(world: World) -> list[Any]:
    """Every execution that ever began."""
    return list(world.workflows.executions.values())


def template(text: str) -> dict[str, Any]:
    """What a template is made of."""
    return {
        "name": "Two services",
        "version": "1.0.0",
        "compose_spec": text,
        "variables": [GREETING],
    }


def provision(credential: str, name: str = "server-1") -> dict[str, Any]:
    """What is asked for to have a server made."""
    return {
        "credential_id": credential,
        "instance_name": name,
        "region": "fra1",
        "size": "s-1vcpu-2gb",
    }


def brought(world: World) -> dict[str, Any]:
    """What is asked for to bring a server."""
    [key] = world.living("ssh_keys", named="my key")
    return {"name": "my server", "ssh_host": BROUGHT, "ssh_user": "root", "ssh_key_id": key.id}


def deployment(world: World, node: str = "") -> dict[str, Any]:
    """What is asked for to deploy the template."""
    [template] = world.living("templates")
    named = {"node_id": node} if node else {}
    return {"name": "my app", "template_id": template.id, **named}


def begin(start: str, chance: Random) -> World:
    """A fresh copy of a prepared world."""
    before = _prepared(start)
    world = World(chance, seconds=before.seconds, ids=before.ids)
    store, kept = world.store, before.store
    store.items, store.holders, store.counts = (
        dict(kept.items),
        dict(kept.holders),
        dict(kept.counts),
    )
    store.entries = {entity: list(told) for entity, told in kept.entries.items()}
    store.timelines, store.outbox = dict(kept.timelines), Waiting(kept.outbox.values())
    store.routes, store.route_changes = dict(kept.routes), dict(kept.route_changes)
    store.runs, store.prices = dict(kept.runs), dict(kept.prices)
    store.accounts, store.told_until = set(kept.accounts), dict(kept.told_until)
    store.told = kept.told
    memo: dict[int, Any] = {id(before): world, id(before.vault): world.vault}
    for server in before.servers.values():
        memo |= {id(plan): plan for plan, _ in server.volumes.writers.values()}
    world.accounts = copy.deepcopy(before.accounts, memo)
    world.real = world.accounts[TOKEN]
    world.servers = copy.deepcopy(before.servers, memo)
    world.texts = copy.deepcopy(before.texts, memo)
    return world
