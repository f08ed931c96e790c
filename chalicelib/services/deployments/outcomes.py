"""How a deploy ends: in an app that runs, or with all taken down again."""

from __future__ import annotations

from typing import Any

from chalicelib.domain.errors import DockerUnavailable, HostUnreachable
from chalicelib.ports.records import Record, Write
from chalicelib.services.catalogue import starts
from chalicelib.services.deployments.direct_access import applied, close_ports, open_ports
from chalicelib.services.deployments.homes import home, node_of
from chalicelib.services.deployments.routes import withdrawn
from chalicelib.services.looks.sightings import health_of, shown_container
from chalicelib.services.metering.metering import started
from chalicelib.services.tools import Tools
from chalicelib.services.work.work import end_work


def finish_deploy(
    tools: Tools,
    deployment: Record,
    *,
    attributes: dict[str, Any] | None = None,
    also: dict[str, Any] | None = None,
    extra: tuple[Write, ...] = (),
) -> None:
    """Write what runs, tell the meter, and end the work in `running`.

    What else is to be written is given as to `end_work`.
    """
    with node_of(tools, deployment) as connection:
        states = connection.engine.containers(deployment.id)
        open_ports(connection, deployment)
    node = home(tools, deployment)
    begun, now = started(tools, deployment, node=node.id), tools.now()
    end_work(
        tools,
        deployment,
        status="running",
        also={"health": health_of(states), **(also or {})},
        attributes={
            **(attributes or {}),
            "containers": [shown_container(state) for state in states],
            starts.RAN: True,
            **begun.attributes,
            **applied(deployment, node),
        },
        extra=(
            tools.told(deployment, "running", "hoster"),
            *begun.writes,
            *starts.first_time(deployment),
            *extra,
        ),
    )
    starts.learn(tools, deployment, now=now)


def undo_deploy(tools: Tools, deployment: Record) -> None:
    """Take down what a failed or cancelled deploy started; volumes stay.

    A node that cannot be reached keeps what it has: the next start or the removal deals with it.
    """
    tools.records().commit(*withdrawn(deployment))
    try:
        with node_of(tools, deployment) as node:
            node.engine.remove_containers(deployment.id)
            close_ports(node, deployment)
    except (HostUnreachable, DockerUnavailable):
        tools.records().tell(
            tools.told(deployment, "undo_incomplete", "hoster", reason="server unreachable")
        )
