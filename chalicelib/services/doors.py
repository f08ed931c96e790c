"""A node's door: put there, kept in good order, looked at, and taken away.

The door's key is made by the step that delivers it, and lies nowhere else than on the node.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from chalicelib.domain import doors
from chalicelib.domain.errors import ImageUnavailable, NotSecured, Stale
from chalicelib.ports.doors import Card
from chalicelib.ports.nodes import Login, Node
from chalicelib.ports.records import Record
from chalicelib.services.authority import authority, for_door, have_client, own_card
from chalicelib.services.logins import address_of, login_of
from chalicelib.services.node_checks import (
    DOOR_ASKED,
    DOOR_LED,
    DOOR_UNTIL,
    HAS_DOOR,
    note_door,
)
from chalicelib.services.provisions import changed
from chalicelib.services.readying import login, node_id_of
from chalicelib.services.residents import all_on, unless_moved
from chalicelib.services.routes import routes_of
from chalicelib.services.tools import Tools

PULLING = f"Pulling {doors.IMAGE} for the door."
LEAVING = "Waiting for the app proxies to take the way without the door."
BUSY = "Waiting for the work on apps there, to lead them without the door."


@dataclass(frozen=True)
class _Place:
    """Where a door is to stand."""

    node_id: str
    login: Login


def open_door_of_server(tools: Tools, provision: Record, *, anew: bool) -> str:
    """Have the door of a server that is being made ready; returns what is awaited.

    `anew` tries again what failed in an earlier run.
    """
    place = _Place(node_id_of(provision), login(tools, provision))
    awaited, until = _open(tools, place, again=anew)
    if not awaited:
        changed(tools, provision, **{DOOR_UNTIL: until})
    return awaited


def settle_door_of_node(tools: Tools, node: Record, *, anew: bool) -> str:
    """Have or take away the door of a node as it was asked for; returns what is awaited.

    One that Hoster made keeps its door, whose certificate is renewed here. Raises `NotSecured`
    where the door does not do what it is for: nothing leads there then.
    """
    asked, stands = node.attributes.get(DOOR_ASKED), bool(node.attributes.get(HAS_DOOR))
    if not (stands if asked is None else asked):
        return _settle_without(tools, node, asked=asked is False)
    place = _Place(node.id, login_of(tools, node))
    awaited, until = _open(tools, place, again=anew)
    if awaited:
        return awaited
    faults = door_faults(tools, address_of(node), node.id)
    if faults:
        raise NotSecured(f"The server's door does not work: {'; '.join(faults)}.")
    is_led = stands and node.attributes.get(DOOR_LED) is not False
    if not stands or until != node.attributes.get(DOOR_UNTIL):
        note_door(tools, node, **{HAS_DOOR: True, DOOR_UNTIL: until, DOOR_LED: is_led})
    if not is_led and _lead_again(tools, node, stands=True):
        note_door(tools, node, **{DOOR_LED: True})
    return ""


def _settle_without(tools: Tools, node: Record, *, asked: bool) -> str:
    """Take a door away once nobody is led through it; returns what is awaited."""
    stands = bool(node.attributes.get(HAS_DOOR))
    if stands:
        note_door(tools, node, **{HAS_DOOR: False, DOOR_UNTIL: None, DOOR_LED: False})
    if stands or node.attributes.get(DOOR_LED) is False:
        if not _lead_again(tools, node, stands=False):
            return BUSY
        note_door(tools, node, **{DOOR_LED: True})
        return LEAVING
    if asked:
        _close(tools, node)
    return ""


def _lead_again(tools: Tools, node: Record, *, stands: bool) -> bool:
    """Lead people to what runs there by the way that there is now; tells whether all are led.

    Work in hand may have led to its app by the way of before: that app is led again after it.
    """
    there, all_led = replace(node, attributes={**node.attributes, HAS_DOOR: stands}), True
    for app in all_on(tools, node.id):
        if app.work is not None:
            all_led = False
        elif app.status == "running" and app.attributes.get("proxy_port"):
            routes = routes_of(tools, app, node=there, state="running")
            try:
                tools.records().commit(unless_moved(app), *routes)
            except Stale:
                all_led = False
    return all_led


def door_faults(tools: Tools, address: str, node_id: str) -> list[str]:
    """What is wrong with a door, as a caller meets it: one with a card, and one without."""
    name, card = doors.name_of(node_id), own_card(tools)
    at = f"port {doors.DOOR_PORT}"
    if not tools.admits(address, name, card):
        return [f"its door does not answer on {at}, or refuses the proxies"]
    if tools.admits(address, name, Card(card.authority)):
        return [f"its door on {at} lets in who shows no certificate"]
    return []


def _open(tools: Tools, place: _Place, *, again: bool) -> tuple[str, str]:
    """Have the door run with a certificate that lives long enough: what is awaited, until when."""
    by = authority(tools)
    have_client(tools, by.record, by)
    docker = doors.docker_at(place.login.docker_socket)
    with tools.connect()(place.login) as node:
        if not _has_image(node, again=again):
            return PULLING, ""
        there = node.run(f"cat {doors.FOLDER}/about 2>/dev/null || true").stdout
        until = doors.until_of(there, place.node_id, by.pem)
        anew = doors.is_due(until, tools.now(), left_days=doors.NODE_LEFT_DAYS)
        if anew or until is None:
            made = for_door(tools, by, place.node_id)
            until = made.until
            node.write_file(f"{doors.FOLDER}/door.pem", made.chain + made.key, mode=0o600)
            node.write_file(f"{doors.FOLDER}/authority.pem", by.pem, mode=0o600)
            config = doors.config(place.node_id)
            node.write_file(f"{doors.FOLDER}/haproxy.cfg", config, mode=0o600)
        done = node.run(doors.stand(docker, anew=anew))
        if done.status:
            raise NotSecured(f"The server's door could not be put up: {done.stderr[-300:].strip()}")
        if anew:
            # Last: what broke off before is done again.
            about = doors.about(place.node_id, until, by.pem)
            node.write_file(f"{doors.FOLDER}/about", about, mode=0o600)
    return "", until


def _has_image(node: Node, *, again: bool) -> bool:
    """Whether the door's image is there; a pull is started, or asked about."""
    state = node.engine.pull_states((doors.IMAGE,))[doors.IMAGE]
    if state.state == "failed" and not again:
        raise ImageUnavailable(f"The image {doors.IMAGE} cannot be pulled: {state.message}")
    if state.state in {"absent", "failed"}:
        node.engine.start_pulls((doors.IMAGE,))
    return state.state == "present"


def _close(tools: Tools, node: Record) -> None:
    into = login_of(tools, node)
    with tools.connect()(into) as connection:
        connection.run(doors.go(doors.docker_at(into.docker_socket)))
