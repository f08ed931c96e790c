"""A node's door: put there, kept in good order, looked at, and taken away.

The door's key is made by the step that delivers it, and lies nowhere else than on the node.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from time import sleep

from chalicelib.domain import doors
from chalicelib.domain.errors import NotReady, NotSecured, Stale
from chalicelib.domain.refused_pulls import LoginUse, refused
from chalicelib.ports.doors import Card
from chalicelib.ports.nodes import Login, Node
from chalicelib.ports.records import Record
from chalicelib.services.deployments.routes import routes_of
from chalicelib.services.doors.authority import authority, for_door, have_client, own_card
from chalicelib.services.nodes.node_checks import (
    DOOR_ASKED,
    DOOR_LED,
    DOOR_UNTIL,
    HAS_DOOR,
    note_door,
)
from chalicelib.services.nodes.residents import all_on, unless_moved
from chalicelib.services.provisions.provisions import changed
from chalicelib.services.provisions.readying import login, node_id_of
from chalicelib.services.secrets.logins import address_of, login_of
from chalicelib.services.secrets.registry_credentials import logins_of
from chalicelib.services.tools import Tools

PULLING = f"Pulling {doors.IMAGE} for the door."
PULLING_AGAIN = f"Pulling {doors.IMAGE} for the door again."
PULLS, PULLS_FAILED = 5, "door_pulls_failed"
LEAVING = "Waiting for the app proxies to take the way without the door."
ASKED, ASKED_AGAIN_SECONDS = 3, 0.5
BUSY = "Waiting for the work on apps there, to lead them without the door."


@dataclass(frozen=True)
class _Place:
    """Where a door is to stand; `of` is the record that its work is of."""

    of: Record
    node_id: str
    login: Login


def open_door_of_server(tools: Tools, provision: Record, *, anew: bool) -> str:
    """Have the door of a server that is being made ready; returns what is awaited.

    `anew` forgets what failed in an earlier run.
    """
    place = _Place(provision, node_id_of(provision), login(tools, provision))
    awaited, until = _open(tools, place, anew=anew)
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
    place = _Place(node, node.id, login_of(tools, node))
    awaited, until = _open(tools, place, anew=anew)
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
    """What is wrong with a door, as a caller meets it: one with a card, and one without.

    Raises `NotReady` where a door that takes the card does not say what it makes of nothing.
    """
    name, card = doors.name_of(node_id), own_card(tools)
    at = f"port {doors.DOOR_PORT}"
    if not _says(tools, address, name, card):
        return [f"its door does not answer on {at}, or refuses the proxies"]
    lets_anybody_in = _says(tools, address, name, Card(card.authority))
    if lets_anybody_in is None:
        raise NotReady(f"The door on {at} does not say whether it lets in who shows nothing.")
    if lets_anybody_in:
        return [f"its door on {at} lets in who shows no certificate"]
    return []


def _says(tools: Tools, address: str, name: str, card: Card) -> bool | None:
    """Whether a door lets in who shows a card; asked a few times where it does not say."""
    for tried in range(ASKED):
        if tried:
            sleep(ASKED_AGAIN_SECONDS)
        said = tools.admits(address, name, card)
        if said is not None:
            return said
    return None


def _open(tools: Tools, place: _Place, *, anew: bool) -> tuple[str, str]:
    """Have the door run with a certificate that lives long enough: what is awaited, until when."""
    by = authority(tools)
    have_client(tools, by.record, by)
    docker = doors.docker_at(place.login.docker_socket)
    with tools.connect()(place.login) as node:
        awaited = _pull(tools, place.of, node, anew=anew)
        if awaited:
            return awaited, ""
        there = node.run(f"cat {doors.FOLDER}/about 2>/dev/null || true").stdout
        until = doors.until_of(there, place.node_id, by.pem)
        is_due = doors.is_due(until, tools.now(), left_days=doors.NODE_LEFT_DAYS)
        if is_due or until is None:
            made = for_door(tools, by, place.node_id)
            until = made.until
            node.write_file(f"{doors.FOLDER}/door.pem", made.chain + made.key, mode=0o600)
            node.write_file(f"{doors.FOLDER}/authority.pem", by.pem, mode=0o600)
            config = doors.config(place.node_id)
            node.write_file(f"{doors.FOLDER}/haproxy.cfg", config, mode=0o600)
        done = node.run(doors.stand(docker, anew=is_due))
        if done.status:
            raise NotSecured(f"The server's door could not be put up: {done.stderr[-300:].strip()}")
        if is_due:
            # Last: what broke off before is done again.
            about = doors.about(place.node_id, until, by.pem)
            node.write_file(f"{doors.FOLDER}/about", about, mode=0o600)
    return "", until


def _pull(tools: Tools, of: Record, node: Node, *, anew: bool) -> str:
    """Have the door's image; returns what is awaited. A pull that fails is begun a few times."""
    state = node.engine.pull_states((doors.IMAGE,))[doors.IMAGE]
    if state.state == "present":
        return ""
    failed = 0 if anew else int(of.attributes.get(PULLS_FAILED) or 0)
    if state.state == "failed" and not anew:
        failed += 1
        if failed >= PULLS:
            login: LoginUse = "used" if logins_of(tools, of.owner, (doors.IMAGE,)) else "none"
            raise refused(doors.IMAGE, state.message, login)
    if failed != int(of.attributes.get(PULLS_FAILED) or 0):
        note_door(tools, of, **{PULLS_FAILED: failed})
    if state.state in {"absent", "failed"}:
        # The node is of whom the record is, and so is the login that is sent there.
        node.engine.start_pulls((doors.IMAGE,), logins_of(tools, of.owner, (doors.IMAGE,)))
    return PULLING_AGAIN if failed else PULLING


def _close(tools: Tools, node: Record) -> None:
    into = login_of(tools, node)
    with tools.connect()(into) as connection:
        connection.run(doors.go(doors.docker_at(into.docker_socket)))
