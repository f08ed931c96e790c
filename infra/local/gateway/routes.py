"""The route table: which upstream a request goes to, and whether it needs an account."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from infra.gateway import payloads
from infra.gateway.payloads import TABLE, Addresses
from infra.local.gateway.expressions import Expression, compiled
from infra.local.gateway.plans import NO_PLAN, Plan

SEGMENT = re.compile(r"\{\w+\}")
"""In a regex's pattern: one segment of the path."""
NOWHERE = Addresses(api="", web="", public="")


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
    strip: frozenset[str] = frozenset()
    """Headers of requests that go no further, in small letters."""
    says: Mapping[str, Expression] = field(default_factory=dict)
    """Headers that requests get."""
    rewrite: Expression | None = None
    """The path at the upstream; None for the path as it came."""
    respond: Mapping[str, Expression] = field(default_factory=dict)
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
        if self.match == "regex":
            return re.fullmatch(SEGMENT.sub("[^/]+", self.path), path) is not None
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
    """Every route, most wanted first, and what plans allow."""

    routes: tuple[Route, ...]
    plans: Mapping[str, Plan]

    def find(self, method: str, path: str, headers: Mapping[str, str]) -> Route | None:
        """The first route that admits a request."""
        return next((r for r in self.routes if r.admits(method, path, headers)), None)

    def plan(self, plan_id: str) -> Plan:
        """A plan; one that is not known allows nothing."""
        return self.plans.get(plan_id, NO_PLAN)


def load(path: Path = TABLE) -> Table:
    """Read the table that APIGate is set up with too, without where anything is."""
    document = payloads.table(path)
    ids = {one["name"]: one["name"] for one in payloads.upstreams(NOWHERE)}
    routes = payloads.routes(document, NOWHERE, ids)
    plans = {one["id"]: Plan.read(one) for one in payloads.plans(document)}
    return Table(ordered(routes), plans)


def ordered(given: Iterable[Mapping[str, Any]]) -> tuple[Route, ...]:
    """Routes as the admin API is sent them, most wanted first, without those that are off.

    Raises `re.error` or `BadExpression` for one that cannot be.
    """
    routes = [_route(one) for one in given if one.get("enabled", True)]
    return tuple(sorted(routes, key=lambda route: route.rank))


def _route(given: Mapping[str, Any]) -> Route:
    conditions = tuple(Condition(**one) for one in given.get("headers") or ())
    for one in conditions:
        re.compile(one.value if one.is_regex else "")
    if given.get("match_type") == "regex":
        re.compile(SEGMENT.sub("", given["path_pattern"]))
    asked = given.get("request_transform") or {}
    told = given.get("response_transform") or {}
    rewrite = given.get("path_rewrite")
    return Route(
        name=given["name"],
        path=given["path_pattern"],
        match=given.get("match_type", "prefix"),
        upstream=given.get("upstream_id", ""),
        auth=given.get("auth_required", True),
        priority=given.get("priority", 0),
        methods=tuple(given.get("methods") or ()),
        headers=conditions,
        host=given.get("host_pattern") or "",
        strip=frozenset(name.lower() for name in asked.get("delete_headers", ())),
        says=_expressions(asked),
        rewrite=compiled(rewrite) if rewrite else None,
        respond=_expressions(told),
    )


def _expressions(transform: Mapping[str, Any]) -> dict[str, Expression]:
    given = transform.get("set_headers") or {}
    return {name.lower(): compiled(text) for name, text in given.items()}
