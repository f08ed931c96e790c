"""A running app stopped and started again in place, and put back when that is not to be."""

from __future__ import annotations

from chalicelib.domain.errors import Cancelled, Conflict, DockerUnavailable, HostUnreachable
from chalicelib.domain.plan import Plan
from chalicelib.ports.records import Record
from chalicelib.services.deployments.choosing import usable_node
from chalicelib.services.deployments.direct_access import APPLIED, applied, open_ports
from chalicelib.services.deployments.homes import engine_of, home, home_of, node_of
from chalicelib.services.deployments.host_ports import host_ports
from chalicelib.services.deployments.plans import plan_of
from chalicelib.services.deployments.routes import routes_of
from chalicelib.services.looks.sightings import health_of, shown_container
from chalicelib.services.tools import Tools
from chalicelib.services.work.work import begin_work, end_work


def restart_deployment(tools: Tools, deployment: Record, *, actor: str) -> Record:
    """Begin a restart; the app counts as running all the while.

    Raises `Conflict` unless it runs, and while its node cannot be used.
    """
    if deployment.work is None:
        if deployment.status != "running":
            detail = f"Cannot restart while it is {deployment.status}; that works from: running."
            raise Conflict(detail, code="wrong_state")
        usable_node(tools, deployment)
    return begin_work(tools, deployment, kind="restart", actor=actor, status=None)


def finish_restart(tools: Tools, deployment: Record) -> None:
    """Write what runs, and end the work; the meter is told nothing, since it never ended."""
    with node_of(tools, deployment) as connection:
        states = connection.engine.containers(deployment.id)
        open_ports(connection, deployment)
    node = home_of(tools, deployment)
    end_work(
        tools,
        deployment,
        status="running",
        also={"health": health_of(states)},
        attributes={
            "containers": [shown_container(state) for state in states],
            **applied(deployment, node),
        },
        extra=(tools.told(deployment, "restarted", "hoster"),),
    )


def undo_restart(tools: Tools, deployment: Record, error: str) -> None:
    """Start again whatever of the app is stopped, without waiting for its health.

    A restart that failed on a node which cannot be reached leaves the app as it is; one that was
    cancelled there raises `HostUnreachable` or `DockerUnavailable`, since it is not put back.
    """
    plan = plan_of(tools, deployment)
    try:
        _start_stopped(tools, deployment, plan)
    except (HostUnreachable, DockerUnavailable):
        if error == Cancelled.__name__:
            raise
        tools.records().tell(
            tools.told(deployment, "undo_incomplete", "hoster", reason="server unreachable")
        )


def _start_stopped(tools: Tools, deployment: Record, plan: Plan) -> None:
    with engine_of(tools, deployment) as engine:
        states = {state.service: state for state in engine.containers(deployment.id)}
        for service in plan.services:
            state = states.get(service.name)
            ended = state is not None and state.status == "exited" and state.exit_code == 0
            if ended and service.name in plan.finite:
                continue
            if state is None or state.status != "running":
                engine.ensure_service(
                    deployment.id,
                    plan,
                    service,
                    generation=deployment.generation,
                    host_ports=host_ports(deployment, service),
                )


def keep_running(tools: Tools, deployment: Record) -> None:
    """End a cancelled restart: the app runs as before, if need be on another host port."""
    node, told = home(tools, deployment), tools.told(deployment, "restart_cancelled", "hoster")
    before = deployment.attributes
    was_open = bool(before.get(APPLIED)) and not before.get("direct_access")
    is_led = bool(deployment.attributes.get("proxy_port"))
    routes = routes_of(tools, deployment, node=node, state="running") if is_led else ()
    end_work(
        tools,
        deployment,
        status="running",
        # The stop may have closed its ports, or not come to it: the watch does as the switch says.
        attributes={"direct_url": None, APPLIED: was_open},
        extra=(told, *routes),
    )
