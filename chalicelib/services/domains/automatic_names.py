"""The name that an app has by itself: which it is, and which one is next to be tried."""

from __future__ import annotations

from chalicelib.domain.hostnames import app_host
from chalicelib.ports.records import Record
from chalicelib.services.tools import Tools


def automatic_name(deployment: Record) -> str:
    """The automatic name of an app; empty while it has none."""
    stored = deployment.attributes.get("domains") or []
    return next((one["hostname"] for one in stored if one["type"] == "auto"), "")


def new_host(tools: Tools, deployment: Record, *, attempt: int) -> str:
    """The automatic name to reserve; empty when there is one, or no route that it could lead to."""
    attributes = deployment.attributes
    if automatic_name(deployment) or not any(port["routed"] for port in attributes["ports"]):
        return ""
    domain = tools.settings().apps_domain
    return app_host(attributes["name"], deployment.id, domain, attempt=attempt)
