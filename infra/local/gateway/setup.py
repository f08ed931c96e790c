"""How a gateway is set up: plans, upstreams and routes, and which of them are at work.

What the admin API writes is at work after a reload; plans are, as with the real one, only after a
restart (contract, sections 2.3 and 3.1).
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from infra.gateway import payloads
from infra.gateway.payloads import Addresses
from infra.local.gateway.forward import Upstream
from infra.local.gateway.plans import Plan
from infra.local.gateway.routes import Table, ordered

Json = dict[str, Any]
PREFIXES = {"plans": "", "upstreams": "up_", "routes": "rt_"}
SEEDED = {
    "id": "free",
    "name": "Free",
    "rate_limit_per_minute": 60,
    "requests_per_month": 1000,
    "is_default": True,
    "enabled": True,
}
"""The plan that a new database holds."""
PLACE = re.compile(r"\$\{(\w+)\}|\$(\w+)")


class Setup:
    """The set-up of one gateway. `environment` is what its upstreams' secrets are filled in from.

    With a file it is kept there; without, it lives as long as this object.
    """

    def __init__(self, environment: Mapping[str, str], file: Path | None = None) -> None:
        self.environment = environment
        self.file = file
        self.kinds: dict[str, dict[str, Json]] = {kind: {} for kind in PREFIXES}
        self.kinds["plans"]["free"] = SEEDED
        if file is not None and file.exists():
            self.kinds = json.loads(file.read_text())
        self.upstreams: Mapping[str, Upstream] = {}
        self.table = Table((), {})
        self.restart()

    @classmethod
    def of_table(
        cls, environment: Mapping[str, str], document: Mapping[str, Any], addresses: Addresses
    ) -> Setup:
        """The set-up that the admin API would be asked for."""
        made = cls(environment)
        for plan in payloads.plans(document):
            made.put("plans", plan["id"], plan)
        made_ids = {
            one["name"]: made.make("upstreams", one) for one in payloads.upstreams(addresses)
        }
        for route in payloads.routes(document, addresses, made_ids):
            made.make("routes", route)
        made.restart()
        return made

    def make(self, kind: str, given: Json) -> str:
        """Keep something new; return its id."""
        one = given["id"] if kind == "plans" else PREFIXES[kind] + secrets.token_hex(8)
        self.put(kind, one, given)
        return str(one)

    def put(self, kind: str, one: str, given: Json) -> None:
        """Keep what something is now."""
        self.kinds[kind][one] = {k: v for k, v in given.items() if k != "id"}
        self._write()

    def remove(self, kind: str, one: str) -> None:
        """Keep it no more."""
        del self.kinds[kind][one]
        self._write()

    def reload(self) -> None:
        """Put routes and upstreams to work. Raises what is wrong with one; all stay as they were.

        What is wrong is `re.error`, or `infra.local.gateway.expressions.BadExpression`.
        """
        routes = ordered(self.kinds["routes"].values())
        on = {n: one for n, one in self.kinds["upstreams"].items() if one.get("enabled", True)}
        self.upstreams = {number: self._upstream(one) for number, one in on.items()}
        self.table = Table(routes, self.table.plans)

    def restart(self) -> None:
        """Put plans to work too. Those that are not enabled are not loaded."""
        plans = {
            name: Plan.read(one) for name, one in self.kinds["plans"].items() if one.get("enabled")
        }
        self.table = Table(self.table.routes, plans)
        self.reload()

    def _upstream(self, given: Json) -> Upstream:
        secret = {}
        if given.get("auth_type") == "header":
            value = PLACE.sub(self._filled, given.get("auth_value") or "")
            secret = {given["auth_header"]: value}
        timeout = given.get("timeout_ms", 30_000) / 1000
        return Upstream(given["base_url"], secret, timeout)

    def _filled(self, found: re.Match[str]) -> str:
        return self.environment.get(found[1] or found[2], "")

    def _write(self) -> None:
        if self.file is not None:
            self.file.write_text(json.dumps(self.kinds))
