"""An app that runs stopped, and told so."""

from __future__ import annotations

from chalicelib.domain.errors import DockerUnavailable
from chalicelib.ports.records import Record
from chalicelib.services.direct_access import close_ports
from chalicelib.services.homes import node_of
from chalicelib.services.tools import Tools
from chalicelib.services.work import end_work


def stop_services(tools: Tools, deployment: Record) -> None:
    """Stop every container with its grace period, see that none runs, and close its ports."""
    with node_of(tools, deployment) as node:
        engine = node.engine
        engine.stop(deployment.id)
        close_ports(node, deployment)
        running = [s.service for s in engine.containers(deployment.id) if s.status == "running"]
    if running:
        raise DockerUnavailable(f"Docker says it stopped, and {', '.join(running)} still runs.")


def finish_stop(tools: Tools, deployment: Record) -> None:
    """Tell the meter and end the work in `stopped`."""
    stopped = [
        {**container, "status": "exited"}
        for container in deployment.attributes.get("containers") or []
    ]
    end_work(
        tools,
        deployment,
        status="stopped",
        also={"health": "unknown"},
        attributes={"stopped_at": tools.now(), "containers": stopped},
        extra=(
            tools.told(deployment, "stopped", "hoster"),
            tools.used(deployment.owner, "deployment.stopped", deployment.id, "deployment"),
        ),
    )
