"""The route table: which upstream a request goes to, and whether it needs an account."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from infra.local.gateway.plans import NO_PLAN, Plan

TABLE = Path(__file__).resolve().parents[2] / "gateway/routes.json"


@dataclass(frozen=True)
class Condition:
    """A header that a route asks for."""

    name: str
    value: str
    is_regex: bool = False
    required: bool = True

    def holds(self, headers: Mapping[str, str]) -> bool:
        """Whether a request's headers are as wanted."""
        given = headers.get(self.name.lower())
        if given is None:
            return not self.required
        if self.is_regex:
            return re.fullmatch(self.value, given) is not None
        return given == self.value


@dataclass(frozen=True)
class Route:
    """One route. A prefix ends in `*`, a host may begin with `*.`; no methods means all."""

    name: str
    path: str
    match: str
    upstream: str
    auth: bool
    priority: int
    methods: tuple[str, ...] = ()
    headers: tuple[Condition, ...] = ()
    host: str = ""
    strip: tuple[str, ...] = ()
    """Headers that this route removes beside those that every route does."""
    index: str = ""
    """The page for paths that name no file: addresses inside the web app."""
    respond: Mapping[str, str] = field(default_factory=dict)
    """Headers that every answer on this route gets, whatever the upstream says."""

    def admits(self, method: str, path: str, headers: Mapping[str, str]) -> bool:
        """Whether a request goes this way. The path is the decoded one."""
        return (
            self._fits_path(path)
            and (not self.methods or method in self.methods)
            and self._fits_host(headers.get("host", ""))
            and all(condition.holds(headers) for condition in self.headers)
        )

    def _fits_path(self, path: str) -> bool:
        if self.match == "prefix" and self.path.endswith("*"):
            return path.startswith(self.path[:-1])
        return path == self.path

    def _fits_host(self, given: str) -> bool:
        host = given.lower().rsplit(":", 1)[0].rstrip(".")
        if self.host.startswith("*."):
            label, _, rest = host.partition(".")
            return bool(label) and rest == self.host[2:]
        return not self.host or host == self.host

    @property
    def rank(self) -> tuple[int, int, bool, int]:
        """What orders routes: priority, then the more exact host, match and path."""
        host = 2 if not self.host else int(self.host.startswith("*."))
        return -self.priority, host, self.match != "exact", -len(self.path)


@dataclass(frozen=True)
class Table:
    """Every route, most wanted first, with what is stripped and what plans allow."""

    routes: tuple[Route, ...]
    strip: frozenset[str]
    plans: Mapping[str, Plan]

    def find(self, method: str, path: str, headers: Mapping[str, str]) -> Route | None:
        """The first route that admits a request."""
        return next((r for r in self.routes if r.admits(method, path, headers)), None)

    def plan(self, plan_id: str) -> Plan:
        """A plan; one that is not known allows nothing."""
        return self.plans.get(plan_id, NO_PLAN)


def load(path: Path = TABLE) -> Table:
    """Read the table that APIGate is set up with too."""
    document: dict[str, Any] = json.loads(path.read_text())
    routes = [_route(given) for given in document["routes"]]
    routes.sort(key=lambda route: route.rank)
    return Table(
        tuple(routes),
        frozenset(name.lower() for name in document["strip"]),
        {name: Plan.read(given) for name, given in document["plans"].items()},
    )


def _route(given: dict[str, Any]) -> Route:
    headers = tuple(Condition(**condition) for condition in given.get("headers", ()))
    lists = {name: tuple(given.get(name, ())) for name in ("methods", "strip")}
    return Route(**{**given, **lists, "headers": headers})
