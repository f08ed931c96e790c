"""What a life left behind: asked of the provider, the node, the store and the state machines."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable
from typing import Any

import boto3
import httpx

from chalicelib.domain.routes import CERTIFICATES, CHALLENGES, COUNTER_HOST

Leaks = dict[str, list[str]]


def on_node(container: str, deployment: str) -> Leaks:
    """What of a deployment is still on a node, asked of the node's own Docker."""
    kinds = {
        "containers": ["ps", "--all", "--format", "{{.Names}}"],
        "volumes": ["volume", "ls", "--format", "{{.Name}}"],
        "networks": ["network", "ls", "--format", "{{.Name}}"],
    }
    return {
        kind: [name for name in _docker(container, command) if deployment in name]
        for kind, command in kinds.items()
    }


def _docker(container: str, command: list[str]) -> list[str]:
    done = subprocess.run(
        ["docker", "exec", container, "docker", *command],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    return done.stdout.split()


def droplets(cloud: str) -> list[dict[str, Any]]:
    """Every droplet that the local DigitalOcean has."""
    found: Any = httpx.get(f"{cloud}/_local/droplets", trust_env=False).json()
    listed: list[dict[str, Any]] = found["droplets"] if isinstance(found, dict) else found
    return listed


def droplets_of(cloud: str, record: str) -> list[dict[str, Any]]:
    """The droplets whose tags lead back to a record."""
    return [d for d in droplets(cloud) if any(record in tag for tag in d["tags"])]


def of_records(cloud: str, installation: str, ids: Iterable[str], aws: Any) -> Leaks:
    """What the provider, the store and the state machines still hold for these records."""
    known = set(ids)
    tagged = [str(droplet["id"]) for record in known for droplet in droplets_of(cloud, record)]
    held = _reservations(installation, known, aws)
    return {
        "droplets": tagged,
        "ports": [key for key in held if key.startswith("port#")],
        "host_names": [key for key in held if key.startswith(("host#", "own-name#"))],
        "executions": _executions(installation, known, aws),
    }


def of_names(installation: str, hosts: Iterable[str], aws: Any) -> Leaks:
    """What the app proxies are still told about these host names, and of challenges at all."""
    known = set(hosts)
    client = boto3.client("dynamodb", **aws)
    pages = client.get_paginator("scan").paginate(TableName=f"{installation}-routes")
    told = [(item["shard"]["S"], item["host"]["S"]) for page in pages for item in page["Items"]]
    return {
        "host_names": [host for shard, host in told if host in known and shard != CERTIFICATES],
        "certificates": [host for shard, host in told if host in known and shard == CERTIFICATES],
        "challenges": [
            token for shard, token in told if shard == CHALLENGES and token != COUNTER_HOST
        ],
    }


def _reservations(installation: str, known: set[str], aws: Any) -> list[str]:
    client = boto3.client("dynamodb", **aws)
    pages = client.get_paginator("scan").paginate(TableName=f"{installation}-reservations")
    return [
        item["key"]["S"]
        for page in pages
        for item in page["Items"]
        if item.get("holder", {}).get("S") in known
    ]


def _executions(installation: str, known: set[str], aws: Any) -> list[str]:
    client = boto3.client("stepfunctions", **aws)
    machines = [
        machine["stateMachineArn"]
        for machine in client.list_state_machines()["stateMachines"]
        if machine["name"].startswith(f"{installation}-")
    ]
    return [
        execution["name"]
        for machine in machines
        for execution in client.list_executions(stateMachineArn=machine, statusFilter="RUNNING")[
            "executions"
        ]
        if any(execution["name"].startswith(record) for record in known)
    ]
