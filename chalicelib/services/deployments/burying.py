"""Apps closed whose server is gone: nothing of them is asked for, all that they held is free.

An app is billed until the last moment at which it is known to have run.
"""

from __future__ import annotations

from dataclasses import replace

from chalicelib.domain.errors import Stale
from chalicelib.ports.records import Change, Record, Write
from chalicelib.ports.route_writes import RemoveRoute
from chalicelib.services.counters import use_keys
from chalicelib.services.deployments import holdings
from chalicelib.services.domains.domain_ends import take_all
from chalicelib.services.metering.metering import stopped, told_to_meter
from chalicelib.services.nodes.residents import residents
from chalicelib.services.tools import Tools

PAGE = 50
"""How many apps are closed in one run of the step."""
CHUNK = 50
"""How many names and ports are given back in one transaction."""
TRIES = 4
UNLISTED_SECONDS = 60.0
"""How long the list of a server's apps may lag behind what is counted."""
REASON = "node_lost"


def bury_apps(tools: Tools, record: Record, *, waited: float) -> str:
    """Close the next apps of a node, or of a provision's node; returns what is awaited.

    It ends when the node's list is empty and nothing is counted there, or nothing shows for a
    minute. Whatever is done to an app at that moment is fenced: its generation rises. Raises
    `Stale` when the work of `record` was superseded.
    """
    of_node = record.type == "nodes"
    node = record if of_node else tools.records().get(record.attributes.get("node_id") or "")
    if node is None or node.status == "deleted":
        return ""
    apps = residents(tools, node.id, limit=PAGE).records
    for app in apps:
        _bury(tools, record, node, app)
    if apps:
        return f"Closing the apps that lived there: {len(apps)} more are done."
    counted = sum(tools.records().counters(use_keys(node.id)).values())
    return "Looking for apps." if counted > 0 and waited < UNLISTED_SECONDS else ""


def _bury(tools: Tools, record: Record, node: Record, app: Record) -> None:
    """Close one app, as it is by now."""
    found: Record | None = app
    for _ in range(TRIES):
        if found is None or found.status == "deleted" or found.node != node.id:
            return
        try:
            _close(tools, record, node, _fenced(tools, record, node, found))
        except Stale:
            _refuse_superseded(tools, record)
            found = tools.records().get(app.id)
        else:
            return
    # It keeps changing: the next look at the list finds it again.


def _refuse_superseded(tools: Tools, record: Record) -> None:
    found = tools.records().get(record.id)
    if found is None or found.work is None or found.generation != record.generation:
        raise Stale("This work was superseded.")


def _still(record: Record) -> Change:
    """Demand that the work that closes apps is still in hand."""
    return Change(of=record, if_generation=record.generation, if_working=True)


def _fenced(tools: Tools, record: Record, node: Record, app: Record) -> Record:
    """End what is being done to an app: none of its steps writes any more."""
    if app.work is None:
        return app
    ended = stopped(tools, app, node=node)
    known = {
        "error_code": REASON,
        "error_message": "Its server is lost.",
        "failed_from": app.status,
        **ended.attributes,
    }
    tools.records().commit(
        _still(record),
        Change(
            of=app,
            status="failed",
            attributes=known,
            clear_work=True,
            generation=app.generation + 1,
            if_version=app.version,
        ),
        *ended.writes,
    )
    return replace(
        app,
        status="failed",
        work=None,
        generation=app.generation + 1,
        version=app.version + 1,
        attributes={**app.attributes, **known},
    )


def _close(tools: Tools, record: Record, node: Record, app: Record) -> None:
    app = take_all(tools, app, _still(record))
    domains = app.attributes.get("domains") or []
    routes = [RemoveRoute(domain["hostname"]) for domain in domains]
    freed: list[Write] = [*routes, *holdings.freed(app)]
    while len(freed) > CHUNK:
        tools.records().commit(*freed[:CHUNK])
        freed = freed[CHUNK:]
    ended = stopped(tools, app, node=node)
    tools.records().commit(
        _still(record),
        Change(
            of=app,
            status="deleted",
            attributes={"ended_reason": REASON, **ended.attributes},
            bury=True,
            generation=app.generation + 1,
            if_version=app.version,
        ),
        *ended.writes,
        *holdings.counted(app),
        *freed,
        tools.told(app, "deleted", "hoster", reason=REASON),
        *told_to_meter(tools, app, "deployment.deleted"),
    )
