"""An app that runs stopped, and told so."""

from __future__ import annotations

from chalicelib.domain.errors import DockerUnavailable
from chalicelib.ports.records import Record
from chalicelib.services.deployments.direct_access import close_ports
from chalicelib.services.deployments.homes import node_of
from chalicelib.services.metering.metering import note_rest, stopped
from chalicelib.services.tools import Tools
from chalicelib.services.work.work import end_work


def stop_services(tools: Tools, deployment: Record) -> None:
    """Stop every container with its grace period, see that none runs, and close its ports."""
    with node_of(tools, deployment) as node:
        engine = node.engine
        engine.stop(deployment.id)
        close_ports(node, deployment)
        states = engine.containers(deployment.id)
    running = [state.service for state in states if state.status == "running"]
    if running:
        raise DockerUnavailable(f"Docker says it stopped, and {', '.join(running)} still runs.")
    note_rest(tools, deployment, states)


def finish_stop(tools: Tools, deployment: Record) -> None:
    """Tell the meter and end the work in `stopped`."""
    ended = stopped(tools, deployment)
    containers = [
        {**container, "status": "exited"}
        for container in deployment.attributes.get("containers") or []
    ]
    end_work(
        tools,
        deployment,
        status="stopped",
        also={"health": "unknown"},
        attributes={**ended.attributes, "containers": containers},
        extra=(
            tools.told(deployment, "stopped", "hoster"),
            *ended.writes,
        ),
    )
