"""The way that leads people to an app: led to it, proven, and taken back."""

from __future__ import annotations

from typing import Any

from chalicelib.domain.errors import Contended
from chalicelib.ports.records import Change, Record, Write
from chalicelib.ports.route_writes import RemoveRoute, SetRoute
from chalicelib.services.deployments.homes import home, place_to_run
from chalicelib.services.secrets.logins import address_of
from chalicelib.services.tools import Tools

TRIES = 4


def publish_route(tools: Tools, deployment: Record) -> None:
    """Lead every host name of the deployment to its node and port.

    A door that comes or goes meanwhile is seen after the write, and led by as it is then.
    """
    node = place_to_run(tools, deployment)
    if not deployment.attributes.get("proxy_port"):
        return
    for _ in range(TRIES):
        writes = routes_of(tools, deployment, node=node, state="running")
        tools.records().commit(still(deployment), *writes)
        way, node = _way(node), home(tools, deployment)
        if _way(node) == way:
            return
    raise Contended("The way to the server keeps changing; the app is led to again.")


def _way(node: Record) -> tuple[str, bool]:
    return address_of(node), has_door(node)


def still(deployment: Record) -> Change:
    """Demand that the work in hand is still this generation's."""
    return Change(of=deployment, if_generation=deployment.generation, if_working=True)


def routes_of(
    tools: Tools, deployment: Record, *, node: Record | None, state: Any
) -> tuple[SetRoute, ...]:
    """The routes of a deployment's host names, to its node where they lead to one.

    Custom ones wait until they are verified. A node with a door is reached through that.
    """
    attributes = deployment.attributes
    return tuple(
        SetRoute(
            host=domain["hostname"],
            deployment=deployment.id,
            state=state if domain["status"] == "verified" else "unverified",
            address=address_of(node) if node else "",
            port=int(attributes.get("proxy_port") or 0),
            at=tools.now(),
            node=node.id if node and has_door(node) else "",
        )
        for domain in attributes.get("domains") or []
    )


def has_door(node: Record) -> bool:
    """Whether a node is reached through its door."""
    return bool(node.attributes.get("encrypted_hop"))


def direct_url(deployment: Record, node: Record) -> str | None:
    """Where the app answers without the proxy; None where it is not to, or has no route."""
    port = deployment.attributes.get("proxy_port")
    opened = deployment.attributes.get("direct_access")
    return f"http://{address_of(node)}:{port}" if port and opened else None


def withdrawn(deployment: Record) -> tuple[Write, ...]:
    """The writes that take every route of a deployment away."""
    domains = deployment.attributes.get("domains") or []
    return (still(deployment), *(RemoveRoute(domain["hostname"]) for domain in domains))


def of_failed(tools: Tools, record: Record) -> tuple[Write, ...]:
    """The writes with which no name leads to an app whose work fails: they say that it failed.

    One that was being deployed or deleted has no routes, also where that could not be undone.
    """
    if record.type != "deployments" or not record.attributes.get("proxy_port"):
        return ()
    if record.status == "deleting" or (record.work is not None and record.work.kind == "deploy"):
        return tuple(RemoveRoute(domain["hostname"]) for domain in record.attributes["domains"])
    return routes_of(tools, record, node=None, state="failed")


def withdraw_route(tools: Tools, deployment: Record) -> None:
    """Stop leading people to the app: its names say that it is stopped, or vanish for good."""
    domains = deployment.attributes.get("domains") or []
    if deployment.status == "deleting":
        tools.records().commit(*withdrawn(deployment))
    elif domains:
        routes = routes_of(tools, deployment, node=None, state="stopped")
        tools.records().commit(still(deployment), *routes)
