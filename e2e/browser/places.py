"""Every page of the web app: where it is, who may see it, and what it is of."""

from __future__ import annotations

import re
from dataclasses import dataclass

from infra.local.platform.layout import ROOT

PATHS = ROOT / "web/src/config/paths.ts"
TABS = ("logs", "metrics", "domains", "variables", "versions", "backups", "events", "settings")


@dataclass(frozen=True)
class Place:
    """A page. Words in braces of its path are the ids of things, by what they are."""

    path: str
    needs_account: bool = True

    def at(self, ids: dict[str, str]) -> str:
        """Its address, with the ids of things that exist."""
        return self.path.format(**ids)

    def __str__(self) -> str:
        return self.path


def _open(*paths: str) -> tuple[Place, ...]:
    return tuple(Place(path, needs_account=False) for path in paths)


VISITED = _open(
    *("/", "/templates", "/templates/{template}", "/no-such-page"),
    *("/sign-in", "/sign-up", "/forgot-password", "/reset-password", "/confirm-address"),
    "/unsubscribe",
)
"""What a visitor sees."""

LISTS = tuple(
    Place(path)
    for path in (
        *("/home", "/deployments", "/backups", "/nodes", "/credentials", "/activity"),
        *(
            "/settings",
            "/settings/tokens",
            "/settings/notices",
            "/settings/account",
            "/settings/registries",
            "/settings/buckets",
            "/billing",
            "/usage",
            "/earnings",
            "/plans",
            "/templates/new",
            "/templates/import",
        ),
    )
)
"""What everybody has, and a new account has empty."""

THINGS = tuple(
    Place(path)
    for path in (
        "/deployments/{app}",
        *(f"/deployments/{{app}}/{tab}" for tab in TABS),
        *("/nodes/{node}", "/templates/{template}/edit"),
    )
)
"""What is of one thing."""


def patterns() -> set[str]:
    """The paths that the web app itself declares, parameters as `*`."""
    declared = re.findall(r': "(/[^"]*)"', PATHS.read_text())
    return {re.sub(r"\$\w+", "*", path) for path in declared}
