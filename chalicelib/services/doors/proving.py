"""The proof that an app answers, by the way that people come."""

from __future__ import annotations

from chalicelib.domain import doors
from chalicelib.ports.doors import Door
from chalicelib.ports.records import Record
from chalicelib.services.deployments.homes import home
from chalicelib.services.deployments.routes import has_door
from chalicelib.services.doors.authority import own_card
from chalicelib.services.secrets.logins import address_of
from chalicelib.services.tools import Tools


def route_answers(tools: Tools, deployment: Record) -> bool:
    """Whether the app speaks HTTP where its route leads; an app without a route always does.

    A node with a door is asked through that, as the app proxy does.
    """
    port = deployment.attributes.get("proxy_port")
    if not port:
        return True
    host, node = deployment.attributes["domains"][0]["hostname"], home(tools, deployment)
    address = address_of(node)
    if not has_door(node):
        return tools.answers(address, int(port), host)
    door = Door(doors.name_for(int(port), node.id), own_card(tools))
    return tools.answers(address, int(port), host, door)
