"""Servers: order and destroy them at a provider, and see those that apps run on."""

from __future__ import annotations

from typing import Annotated

import typer

from hoster_cli import calls, names, words, work
from hoster_cli.errors import Document, Misused
from hoster_cli.options import AsJson, Credential, Server, Timeout, Wait, Yes
from hoster_cli.session import Follow, Session, begin, confirm_by_name
from hoster_cli.timeline import Teller

provision = typer.Typer(help="Servers that Hoster makes at your provider.", no_args_is_help=True)


@provision.command("create")
def create_server(
    name: Annotated[str, typer.Argument(help="What the server is called, such as web-1.")],
    *,
    size: Annotated[str, typer.Option(help="One of hoster provision sizes.")],
    region: Annotated[
        str, typer.Option(help="One of hoster provision regions; the credential's own if left.")
    ] = "",
    credential: Credential = None,
    open_web_ports: Annotated[
        bool, typer.Option("--open-web-ports", help="80 and 443 are open to everybody.")
    ] = False,
    wait: Wait = False,
    timeout: Timeout = work.WAIT_SECONDS,
    as_json: AsJson = False,
) -> None:
    """Order a server; with --wait, follow it until apps can run on it."""
    session = begin(as_json=as_json)
    used = names.credential(session.api, credential)
    attributes = {
        "credential_id": used["id"],
        "instance_name": name,
        "size": size,
        "region": region or _usual_region(used),
        "open_web_ports": open_web_ports,
    }
    made = session.api.ask(calls.CREATE_SERVER, attributes=attributes)
    if wait:
        _wait_ready(session, made["data"]["id"], name, timeout)
    _tell_begun(session, made, name, is_ready=wait)


@provision.command("retry")
def retry_server(
    server: Server,
    wait: Wait = False,
    timeout: Timeout = work.WAIT_SECONDS,
    as_json: AsJson = False,
) -> None:
    """Go on with the making of a server that failed, with the server that is there."""
    session = begin(as_json=as_json)
    record = names.server(session.api, server)
    name = str(record["attributes"]["instance_name"])
    begun = session.api.ask(calls.RETRY_SERVER, record["id"])
    if wait:
        _wait_ready(session, record["id"], name, timeout)
    _tell_begun(session, begun, name, is_ready=wait)


@provision.command("cancel")
def cancel_server(server: Server, as_json: AsJson = False) -> None:
    """Undo the making of a server: it is given back to its provider."""
    session = begin(as_json=as_json)
    record = names.server(session.api, server)
    begun = session.api.ask(calls.CANCEL_SERVER, record["id"])
    if as_json:
        session.show.document(begun)
    else:
        session.show.done(f"The making of {record['attributes']['instance_name']} is undone.")


@provision.command("list")
def list_servers(
    status: Annotated[str, typer.Option(help="Only those in this state.")] = "",
    as_json: AsJson = False,
) -> None:
    """List the servers that Hoster made for you."""
    session = begin(as_json=as_json)
    query = {"filter[status]": status} if status else {}
    found = session.api.all(calls.LIST_SERVERS, query=query)
    session.show.listing(
        found,
        ("name", "status", "provider", "region", "size", "address", "made"),
        _row,
        "There is no server yet: hoster provision create web-1 --size …",
    )


@provision.command("show")
def show_server(server: Server, as_json: AsJson = False) -> None:
    """Show a server, and the steps of the latest work on it."""
    session = begin(as_json=as_json)
    found = session.api.ask(calls.GET_SERVER, names.server(session.api, server)["id"])
    if as_json:
        session.show.document(found)
        return
    one = found["data"]["attributes"]
    session.show.fields(
        [
            ("Name", one["instance_name"]),
            ("Id", found["data"]["id"]),
            ("Status", one["status"]),
            ("Error", one["error_message"]),
            ("Provider", one["provider"]),
            ("Region", one["region"]),
            ("Size", one["size"]),
            ("Address", one["public_ip"]),
            ("Node", one["node_id"]),
            ("Made", words.ago(one["created_at"])),
        ]
    )
    session.show.line("")
    with Teller(session.show, one["instance_name"], is_result=True) as teller:
        teller.tell(session.api.ask(calls.GET_SERVER_TIMELINE, found["data"]["id"]))


@provision.command("destroy")
def destroy_server(
    server: Server,
    *,
    force: Annotated[bool, typer.Option("--force", help="The apps on it go first.")] = False,
    yes: Yes = False,
    wait: Wait = False,
    timeout: Timeout = work.WAIT_SECONDS,
    as_json: AsJson = False,
) -> None:
    """Destroy a server at its provider; says what is lost, and asks for its name first."""
    session = begin(as_json=as_json)
    record = names.server(session.api, server)
    name = str(record["attributes"]["instance_name"])
    confirm_by_name(name, _losses(session, record), yes=yes)
    query = {"force": "true"} if force else {}
    follow = Follow(work.SERVER, timeout) if wait else None
    is_gone = session.remove(calls.DESTROY_SERVER, record["id"], name, query, follow)
    if not as_json:
        session.show.done(f"{name} is {'destroyed' if is_gone else 'being destroyed'}.")


@provision.command("regions")
def list_regions(credential: Credential = None, as_json: AsJson = False) -> None:
    """List where the provider has servers."""
    session = begin(as_json=as_json)
    found = session.api.ask(calls.LIST_REGIONS, names.credential(session.api, credential)["id"])
    if as_json:
        session.show.document(found)
        return
    open_ones = [one for one in found["data"] if one["attributes"].get("available", True)]
    session.show.table(
        ("region", "name"),
        [(one["id"], one["attributes"]["name"]) for one in open_ones],
        "The provider names no region.",
    )


@provision.command("sizes")
def list_sizes(
    credential: Credential = None,
    region: Annotated[str, typer.Option(help="Only those that this region has.")] = "",
    as_json: AsJson = False,
) -> None:
    """List how large servers can be, and what the provider asks for them."""
    session = begin(as_json=as_json)
    found = session.api.ask(calls.LIST_SIZES, names.credential(session.api, credential)["id"])
    if as_json:
        session.show.document(found)
        return
    fitting = [one for one in found["data"] if not region or region in one["attributes"]["regions"]]
    session.show.table(
        ("size", "cpu cores", "memory", "disk", "a month"),
        [_size(one) for one in fitting],
        "The provider has no size there.",
    )


def nodes(as_json: AsJson = False) -> None:
    """List the servers that your apps can run on, and how much of each is given away."""
    session = begin(as_json=as_json)
    found = session.api.all(calls.LIST_NODES)
    session.show.listing(
        found,
        ("name", "status", "health", "cpu cores", "memory mb", "disk mb", "location"),
        _node,
        "There is no server yet: hoster provision create web-1 --size …",
    )


def _wait_ready(session: Session, server_id: str, name: str, timeout: float) -> None:
    hint = f"Go on with it: hoster provision retry {name}. Or: hoster provision destroy {name}."
    session.wait(work.SERVER, server_id, name, "ready", within=timeout, hint=hint)


def _tell_begun(session: Session, begun: Document, name: str, *, is_ready: bool) -> None:
    if session.show.as_json:
        if not is_ready:
            session.show.document(begun)
        return
    told = "ready" if is_ready else "being set up"
    session.show.done(f"{name} is {told}. hoster provision show {name} tells more.")


def _usual_region(credential: Document) -> str:
    region = credential["attributes"].get("default_region")
    if not region:
        raise Misused("No region is named.", hint="Give one of hoster provision regions.")
    return str(region)


def _losses(session: Session, record: Document) -> list[str]:
    node_id = record["attributes"]["node_id"]
    lost = ["the server at its provider, with everything on it"]
    if node_id:
        apps = session.api.all(calls.LIST_APPS, query={"filter[node_id]": node_id})["data"]
        called = [str(one["attributes"]["name"]) for one in apps]
        if called:
            lost.append(f"with --force its apps and their data: {', '.join(called)}")
    return lost


def _row(record: Document) -> tuple[str | None, ...]:
    one = record["attributes"]
    return (
        *(one["instance_name"], one["status"], one["provider"], one["region"], one["size"]),
        *(one["public_ip"], words.ago(one["created_at"])),
    )


def _size(one: Document) -> tuple[str, ...]:
    found = one["attributes"]
    price = found["price_monthly"]
    return (
        one["id"],
        f"{found['cpu_cores']:g}",
        words.megabytes(found["memory_mb"]),
        f"{found['disk_gb']} GB",
        words.NOTHING if price is None else f"{price:.2f} {found['currency']}",
    )


def _node(record: Document) -> tuple[str | None, ...]:
    one = record["attributes"]
    return (
        *(one["name"], one["status"], one["health"]),
        words.share(one["capacity_cpu_used"], one["capacity_cpu_cores"]),
        words.share(one["capacity_memory_used_mb"], one["capacity_memory_mb"]),
        words.share(one["capacity_disk_used_mb"], one["capacity_disk_mb"]),
        one["location"],
    )
