"""One token's project: its servers, keys and firewalls, and the rules that Hetzner has for them."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from infra.local.hetzner.offers import IMAGES, LOCATIONS, TYPES, Json, named

LABEL_KEY = re.compile(
    r"([a-z0-9A-Z.-]{1,253}/)?[a-z0-9A-Z]([a-z0-9A-Z._-]{0,61}[a-z0-9A-Z])?", re.ASCII
)
LABEL_VALUE = re.compile(r"([a-z0-9A-Z]([a-z0-9A-Z._-]{0,61}[a-z0-9A-Z])?)?", re.ASCII)
HOST_NAME = re.compile(r"[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?", re.ASCII | re.IGNORECASE)
STAGES = ("initializing", "starting", "running")
"""A server moves on each time that somebody reads it."""
SERVER_LIMIT = 25


@dataclass
class Refused(Exception):
    """A refusal in Hetzner's words."""

    status: int
    code: str
    message: str


def not_found(what: str) -> Refused:
    """Nothing of that id or name."""
    return Refused(404, "not_found", f"{what} not found")


@dataclass
class Project:
    """What one token sees."""

    number: Callable[[], int]
    servers: dict[int, Json] = field(default_factory=dict)
    keys: dict[int, Json] = field(default_factory=dict)
    firewalls: dict[int, Json] = field(default_factory=dict)

    def order(self, given: Json) -> Json:
        """Make a server."""
        name = str(given.get("name") or "")
        kind = named(TYPES, given.get("server_type"))
        if not HOST_NAME.fullmatch(name):
            raise Refused(422, "invalid_input", "invalid input in field 'name'")
        if kind is None:
            raise Refused(422, "invalid_input", "invalid input in field 'server_type'")
        image = named(IMAGES, given.get("image"), architecture=kind["architecture"])
        place = named(LOCATIONS, given.get("location") or "fsn1")
        if image is None or place is None:
            field_name = "image" if image is None else "location"
            raise Refused(422, "invalid_input", f"invalid input in field '{field_name}'")
        if place["name"] not in {p["location"] for p in kind["prices"]}:
            message = "unsupported location for server type"
            raise Refused(422, "invalid_input", message)
        _unique(self.servers, name=name)
        if len(self.servers) >= SERVER_LIMIT:
            raise Refused(403, "resource_limit_exceeded", "server limit exceeded")
        for key in given.get("ssh_keys") or ():
            if not any(key in {k["id"], k["name"]} for k in self.keys.values()):
                raise Refused(422, "invalid_input", "invalid input in field 'ssh_keys'")
        number = self.number()
        self.servers[number] = {
            "id": number,
            "name": name,
            "status": STAGES[0],
            "created": _now(),
            "public_net": {
                "ipv4": {
                    "id": self.number(),
                    # RFC 5737: addresses that lead nowhere.
                    "ip": f"203.0.113.{number % 250 + 2}",
                    "blocked": False,
                    "dns_ptr": "",
                },
                "ipv6": None,
                "floating_ips": [],
                "firewalls": [],
            },
            "private_net": [],
            "server_type": kind,
            "location": place,
            "image": image,
            "iso": None,
            "rescue_enabled": False,
            "locked": False,
            "backup_window": None,
            "outgoing_traffic": 0,
            "ingoing_traffic": 0,
            "included_traffic": 0,
            "protection": {"delete": False, "rebuild": False},
            "labels": _labels(given),
            "volumes": [],
            "load_balancers": [],
            "primary_disk_size": kind["disk"],
            "placement_group": None,
        }
        return self.servers[number]

    def read(self, number: int) -> Json:
        """Show a server, one stage further."""
        server = self.servers.get(number)
        if server is None:
            raise not_found("server")
        stage = min(STAGES.index(server["status"]) + 1, len(STAGES) - 1)
        server["status"] = STAGES[stage]
        return server

    def restart(self, number: int) -> None:
        """Restart a server: it goes through its stages again."""
        server = self.servers.get(number)
        if server is None:
            raise not_found("server")
        server["status"] = STAGES[1]

    def add_key(self, given: Json) -> Json:
        """Register a public key."""
        public = str(given.get("public_key") or "").strip()
        try:
            wire = base64.b64decode(public.split()[1], validate=True)
        except (IndexError, ValueError) as error:
            raise Refused(422, "invalid_input", "invalid input in field 'public_key'") from error
        digest = hashlib.md5(wire, usedforsecurity=False).hexdigest()
        key: Json = {
            "id": self.number(),
            "name": str(given.get("name") or ""),
            "fingerprint": ":".join(digest[i : i + 2] for i in range(0, 32, 2)),
            "public_key": public,
            "labels": _labels(given),
            "created": _now(),
        }
        _unique(self.keys, name=key["name"])
        _unique(self.keys, fingerprint=key["fingerprint"])
        self.keys[key["id"]] = key
        return key

    def add_firewall(self, given: Json) -> Json:
        """Make a firewall. Rules are kept and shown; there is nothing that they could close."""
        firewall: Json = {
            "id": self.number(),
            "name": str(given.get("name") or ""),
            "labels": _labels(given),
            "created": _now(),
            "rules": _rules(given),
            "applied_to": list(given.get("apply_to") or ()),
        }
        _unique(self.firewalls, name=firewall["name"])
        self.firewalls[firewall["id"]] = firewall
        return firewall

    def firewall(self, number: int) -> Json:
        """One firewall, with the servers that its selectors choose now."""
        firewall = self.firewalls.get(number)
        if firewall is None:
            raise not_found("firewall")
        chosen = []
        for resource in firewall["applied_to"]:
            selector = (resource.get("label_selector") or {}).get("selector", "")
            servers = [s["id"] for s in self.servers.values() if selector in s["labels"]]
            to = [{"type": "server", "server": {"id": number}} for number in servers]
            chosen.append({**resource, "applied_to_resources": to})
        return {**firewall, "applied_to": chosen}

    def act_on_firewall(self, number: int, kind: str, given: Json) -> None:
        """Set its rules, or put it on or take it from servers."""
        self.firewall(number)
        firewall = self.firewalls[number]
        if kind == "set_rules":
            firewall["rules"] = _rules(given)
        elif kind == "apply_to_resources":
            new = [r for r in given.get("apply_to") or () if r not in firewall["applied_to"]]
            firewall["applied_to"] += new
        elif kind == "remove_from_resources":
            gone = given.get("remove_from") or []
            firewall["applied_to"] = [r for r in firewall["applied_to"] if r not in gone]
        else:
            raise not_found("action")

    def remove_firewall(self, number: int) -> None:
        """Delete a firewall that is on no server and has no selector."""
        if self.firewall(number)["applied_to"]:
            raise Refused(409, "resource_in_use", "firewall is still in use")
        del self.firewalls[number]


def _unique(things: dict[int, Json], **wanted: str) -> None:
    [(member, value)] = wanted.items()
    if not value:
        raise Refused(422, "invalid_input", f"invalid input in field '{member}'")
    if any(thing[member] == value for thing in things.values()):
        raise Refused(409, "uniqueness_error", f"{member} is already used")


def _labels(given: Json) -> Json:
    labels = given.get("labels") or {}
    for key, value in labels.items():
        if not LABEL_KEY.fullmatch(key) or not LABEL_VALUE.fullmatch(value):
            raise Refused(422, "invalid_input", "invalid input in field 'labels'")
    return dict(labels)


def _rules(given: Json) -> list[Json]:
    usual: dict[str, Any] = {
        "source_ips": [],
        "destination_ips": [],
        "port": None,
        "description": None,
    }
    return [{**usual, **rule} for rule in given.get("rules") or ()]


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
