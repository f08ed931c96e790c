"""The steps that bring an app back to what it was before a redeploy that failed or was cancelled.

What stands for the old data is put back before anything of the old plan starts, and nothing of
the new plan runs by then.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from chalicelib.domain.errors import Cancelled, CommandFailed, DiskFull
from chalicelib.domain.names_on_node import snapshot_name
from chalicelib.ports.nodes import Node
from chalicelib.ports.records import Record
from chalicelib.ports.route_writes import SetRoute
from chalicelib.ports.secrets import oldest_mark
from chalicelib.services.deployments.coming import (
    NEXT,
    Next,
    change_next,
    given_up,
    how_of,
    is_away,
    moves_route,
    next_of,
)
from chalicelib.services.deployments.containers import take_away
from chalicelib.services.deployments.deploying import start_services
from chalicelib.services.deployments.homes import home_of, node_of
from chalicelib.services.deployments.outcomes import finish_deploy
from chalicelib.services.deployments.plans import NEXT_SECRETS, plan_of
from chalicelib.services.deployments.readiness import await_healthy
from chalicelib.services.deployments.routes import routes_of, still
from chalicelib.services.looks.sightings import shown_container
from chalicelib.services.redeploys.setting_aside import broken, has_failed
from chalicelib.services.tools import Tools
from chalicelib.services.work.failures import reason_of
from chalicelib.services.work.work import end_work


def undo_redeploy(tools: Tools, deployment: Record, error: str, *, anew: bool) -> str:
    """Bring back what was: route, containers, data; returns what is awaited.

    The reason is kept first, so that whatever comes later ends in the same. As long as nothing
    was done to what runs, nothing is done on the node. Raises `CommandFailed` and `DiskFull` when
    the data cannot be put back.
    """
    coming = next_of(deployment)
    if coming is None:
        return _start(tools, deployment)
    if not coming["undoing"]:
        code, detail = reason_of(tools, deployment, error)
        deployment = change_next(tools, deployment, undoing={"code": code, "detail": detail})
        coming = deployment.attributes[NEXT]
    if coming["how"] is None:
        return _start(tools, deployment)
    runs = deployment.status == "running" and not is_away(deployment)
    if anew and runs and moves_route(deployment):
        _lead_back(tools, deployment)
        return "The app proxy leads back to the old containers."
    with node_of(tools, deployment) as node:
        take_away(node, deployment, lambda one: one.generation >= coming["generation"])
        awaited = _put_back(tools, node, deployment, coming)
    return awaited or start_services(tools, _before(tools, deployment, coming), back=True)


def _start(tools: Tools, deployment: Record) -> str:
    """Start what is to run where nothing is to be undone, unless it runs all the while."""
    return start_services(tools, deployment) if deployment.status == "starting" else ""


def _lead_back(tools: Tools, deployment: Record) -> None:
    """Lead the host names to the old port, where the old containers may still answer."""
    tools.records().commit(still(deployment), *_routes_back(tools, deployment))


def _routes_back(tools: Tools, deployment: Record) -> tuple[SetRoute, ...]:
    node = home_of(tools, deployment)
    if node is None:
        return ()
    return routes_of(tools, deployment, node=node, state="running")


def _put_back(tools: Tools, node: Node, deployment: Record, coming: Next) -> str:
    """Put the volumes back as they were, once; returns what is awaited.

    What failed in earlier work is tried again. Without a whole snapshot nothing new ever had the
    volumes.
    """
    how, generation = how_of(coming), coming["generation"]
    if not how.snapshots:
        return ""
    if node.volumes.snapshot_state(deployment.id, generation=generation).state != "done":
        node.volumes.drop_snapshots(deployment.id)
        return ""
    state = node.volumes.restore_state(deployment.id, generation=generation)
    if state.state == "done":
        return ""
    if has_failed(state) and coming["put_back_by"] == deployment.generation:
        kept = [snapshot_name(deployment.id, volume, generation) for volume in how.snapshots]
        raise _kept(broken(f"Putting back {', '.join(how.snapshots)} failed", state.tail), kept)
    if state.state != "running":
        holders = how.stopped | set(coming["how"]["readers"])
        take_away(node, deployment, lambda one: one.service in holders)
        change_next(tools, deployment, put_back_by=deployment.generation)
        node.volumes.start_restore(deployment.id, how.snapshots, generation=generation)
    return f"Putting back the data of {', '.join(sorted(how.in_place))}."


def _kept(error: CommandFailed | DiskFull, snapshots: list[str]) -> CommandFailed:
    detail = (
        f"{error.detail} The data of before is kept on the server, in {', '.join(snapshots)}; start"
        " the app to try again."
    )
    return CommandFailed(detail, code=error.error_code)


def _before(tools: Tools, deployment: Record, coming: Next) -> Record:
    """The deployment as the work found it: its containers are of the generation before."""
    names = {service.name for service in plan_of(tools, deployment).services}
    attributes = {**deployment.attributes, "kept": sorted(names)}
    return replace(deployment, generation=coming["generation"] - 1, attributes=attributes)


def _untouched_kept(tools: Tools, deployment: Record) -> Record:
    """The deployment, in which what the redeploy never touched is not judged anew."""
    coming = next_of(deployment)
    if coming is None or coming["how"] is None:
        return deployment
    names = {service.name for service in plan_of(tools, deployment).services}
    touched = how_of(coming).stopped | set(coming["how"]["readers"])
    attributes = {**deployment.attributes, "kept": sorted(names - touched)}
    return replace(deployment, attributes=attributes)


def await_old(tools: Tools, deployment: Record) -> tuple[str, float] | None:
    """Wait until what was before is healthy again, then clear up; returns what is awaited."""
    coming = next_of(deployment)
    untouched = coming is None or coming["how"] is None
    if untouched and deployment.status != "starting":
        return None
    awaited = await_healthy(tools, _untouched_kept(tools, deployment))
    if awaited is not None:
        return awaited
    with node_of(tools, deployment) as node:
        node.volumes.drop_snapshots(deployment.id)
        node.engine.keep_files(deployment.id, plan_of(tools, deployment))
        states = node.engine.containers(deployment.id)
    tools.records().change(
        replace(
            still(deployment),
            attributes={"containers": [shown_container(state) for state in states]},
        )
    )
    return None


def keep_old(tools: Tools, deployment: Record) -> None:
    """End the work with the app running as before, and the cause told; what was held is free.

    One that had become what it was to be ends well.
    """
    coming = next_of(deployment)
    if coming is None:
        end_work(tools, deployment, status="running", attributes=_nothing_next())
        return
    why = coming["undoing"]
    cancelled = why["code"] == Cancelled.code
    name = "redeploy_cancelled" if cancelled else "redeploy_undone"
    told = tools.told(deployment, name, "hoster", **({} if cancelled else why))
    routes = _routes_back(tools, deployment) if is_away(deployment) else ()
    end_work(
        tools,
        deployment,
        status="running",
        attributes={
            **_nothing_next(),
            "error_code": None if cancelled else why["code"],
            "error_message": None if cancelled else why["detail"],
        },
        also=_without_next_secrets(deployment),
        extra=(told, *routes, *given_up(deployment)),
    )


def finish_rollback(tools: Tools, deployment: Record) -> None:
    """End in `running` what a start found half redeployed; what was held is free."""
    finish_deploy(
        tools,
        deployment,
        attributes=_nothing_next(),
        also=_without_next_secrets(deployment),
        extra=given_up(deployment),
    )


def _nothing_next() -> dict[str, Any]:
    return {NEXT: None, "next_version": None}


def _without_next_secrets(deployment: Record) -> dict[str, Any]:
    if NEXT_SECRETS not in deployment.sealed:
        return {}
    left = [text for field, text in deployment.sealed.items() if field != NEXT_SECRETS]
    return {"unseal": (NEXT_SECRETS,), "seal_mark": oldest_mark(left)}
