"""Which apps live on a node, and what its owner may know of them."""

from __future__ import annotations

from typing import Any

from typing_extensions import TypedDict

from chalicelib.ports.records import Change, Page, Record, Selection
from chalicelib.services import uses
from chalicelib.services.counters import use_keys
from chalicelib.services.tools import Tools

ALL_AT_ONCE = 1000


class Resident(TypedDict):
    """What the owner of a node sees of an app on it."""

    mine: bool
    name: str | None
    status: str
    health: str
    resources_cpu_cores: float
    resources_memory_mb: int
    resources_disk_mb: int
    created_at: str


def residents(
    tools: Tools, node: str, *, limit: int, after: str | None = None, before: str | None = None
) -> Page:
    """Read one page of the deployments of a node, newest first, whoever owns them."""
    selection = Selection("deployments", node=node)
    return tools.records().select(selection, limit=limit, after=after, before=before)


def running_on(tools: Tools, node: str) -> list[Record]:
    """Everything that runs on a node and is not being worked on."""
    found = all_on(tools, node)
    return [one for one in found if one.status == "running" and one.work is None]


def all_on(tools: Tools, node: str) -> list[Record]:
    """Everything that lives on a node."""
    found: list[Record] = []
    after: str | None = None
    while True:
        page = residents(tools, node, limit=ALL_AT_ONCE, after=after)
        found += page.records
        after = page.after
        if after is None:
            return found


def unless_moved(app: Record, **changes: Any) -> Change:
    """Change an app on condition that it is as it was read: of two looks at once, one writes."""
    return Change(
        of=app,
        if_status=("running",),
        if_generation=app.generation,
        if_version=app.version,
        if_idle=True,
        **changes,
    )


def shown_to_host(app: Record, reader: str) -> Resident:
    """Show an app to the owner of its node: its name only when it is theirs."""
    mine, attributes = app.owner == reader, app.attributes
    return {
        "mine": mine,
        "name": attributes.get("name") if mine else None,
        "status": app.status,
        "health": app.health,
        "resources_cpu_cores": attributes["resources_cpu_cores"],
        "resources_memory_mb": attributes["resources_memory_mb"],
        "resources_disk_mb": attributes["resources_disk_mb"],
        "created_at": app.created_at,
    }


def is_counted(tools: Tools, node: str) -> bool:
    """Whether apps are counted on a node, whether or not one is listed there.

    Where nothing is placed any more and none is listed, nothing stands behind such a count.
    """
    return sum(tools.records().counters(use_keys(node)).values()) > 0


def refuse_inhabited(tools: Tools, node: str, *, reader: str) -> None:
    """Raise `Conflict` with code `in_use` when deployments live on a node."""
    uses.refuse_used(
        tools,
        node,
        Selection("deployments", node=node),
        reader=reader,
        what="This server",
        then="Delete these apps first.",
    )
