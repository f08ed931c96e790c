"""The route table: which upstream a request goes to, and whether it needs an account."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TABLE = Path(__file__).resolve().parents[2] / "gateway/routes.json"


@dataclass(frozen=True)
class Route:
    """One route. A prefix ends in `*`; no methods means all."""

    name: str
    path: str
    match: str
    upstream: str
    auth: bool
    priority: int
    methods: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()

    def admits(self, method: str, path: str, headers: Mapping[str, str]) -> bool:
        """Whether a request goes this way."""
        if self.match == "prefix" and self.path.endswith("*"):
            fits = path.startswith(self.path[:-1])
        else:
            fits = path == self.path
        wanted = all(name.lower() in headers for name in self.headers)
        return fits and wanted and (not self.methods or method in self.methods)


@dataclass(frozen=True)
class Table:
    """Every route, most wanted first, with what is stripped and what plans allow."""

    routes: tuple[Route, ...]
    strip: frozenset[str]
    limits: Mapping[str, str]

    def find(self, method: str, path: str, headers: Mapping[str, str]) -> Route | None:
        """The first route that admits a request."""
        return next((r for r in self.routes if r.admits(method, path, headers)), None)


NO_LIMITS = '{"max_deployments":0,"max_cpu_cores":0,"max_memory_mb":0,"max_disk_mb":0}'


def load(path: Path = TABLE) -> Table:
    """Read the table that APIGate is set up with too."""
    document: dict[str, Any] = json.loads(path.read_text())
    routes = [
        Route(
            **{
                **route,
                "methods": tuple(route.get("methods", ())),
                "headers": tuple(route.get("headers", ())),
            }
        )
        for route in document["routes"]
    ]
    routes.sort(key=lambda r: (-r.priority, r.match != "exact", -len(r.path)))
    return Table(
        tuple(routes),
        frozenset(name.lower() for name in document["strip"]),
        {
            plan: json.dumps(limits, separators=(",", ":"))
            for plan, limits in document["plans"].items()
        },
    )
