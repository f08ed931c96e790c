"""A server ordered once: adopted where one exists, looked for while an order is in doubt."""

from __future__ import annotations

from chalicelib.domain.errors import (
    Gone,
    InvalidCredential,
    LoginRefused,
    NoCapacity,
    ProductError,
    ProviderUnavailable,
    QuotaExceeded,
    RefusedByProvider,
    Throttled,
)
from chalicelib.domain.first_boot import user_data
from chalicelib.ports.clouds import Cloud, Server, ServerOrder
from chalicelib.ports.records import Record
from chalicelib.services.provisions.doubts import is_in_doubt
from chalicelib.services.provisions.proofs import demand_account
from chalicelib.services.provisions.provisions import changed, cloud_of, installation_tag
from chalicelib.services.secrets import ssh_keys
from chalicelib.services.tools import Tools


def create_server(tools: Tools, provision: Record) -> str:
    """Have one server: the recorded one, else the oldest of its tag, else a new one.

    Returns what is awaited, empty once there is one. The order is recorded before the provider is
    asked: what was never ordered needs no provider to be taken down. Extra servers of the tag go.
    Raises `GoneUnproven` when the account does not know what was ordered, and may be another one.
    """
    cloud = cloud_of(tools, provision)
    found = [s for s in cloud.find(provision.attributes["tag"]) if s.state != "leaving"]
    server = _recorded(cloud, provision, found) or (found[0] if found else None)
    answered: dict[str, object] = {}
    if server is None:
        provision = _noted_silence(tools, provision)
        known = provision.attributes
        if is_in_doubt(tools, provision):
            return "Waiting whether the provider shows a server of the order without an answer."
        if known.get("provider_instance_id") or known.get("ordered_at"):
            # From here on nothing tells of the order before, which another account may have taken.
            demand_account(tools, provision, cloud)
        server = _ask_for_server(tools, provision, cloud)
        answered = {"answered_at": tools.now()}
    for extra in found:
        if extra.id != server.id:
            cloud.destroy(extra.id)
    _note(tools, provision, server, **answered)
    return ""


def _recorded(cloud: Cloud, provision: Record, found: list[Server]) -> Server | None:
    """The recorded server, if the provider knows it: a listing may lack what a reading shows."""
    recorded = provision.attributes.get("provider_instance_id")
    if not recorded:
        return None
    listed = [server for server in found if server.id == recorded]
    if listed:
        return listed[0]
    try:
        server = cloud.get(recorded)
    except Gone:
        return None
    return server if server.state != "leaving" else None


def _noted_silence(tools: Tools, provision: Record) -> Record:
    """Write down when it was first seen that an order was given up by a function that died.

    The machine asks again only when the function that ordered is over: from now on the lag counts.
    """
    known = provision.attributes
    answered = known.get("refused") or known.get("provider_instance_id")
    if not known.get("ordered_at") or known.get("unanswered_at") or answered:
        return provision
    if not is_in_doubt(tools, provision):
        return provision
    return changed(tools, provision, unanswered_at=tools.now())


def _note(tools: Tools, provision: Record, server: Server, **answered: object) -> None:
    """Record the server, and when its order was answered, if that was just now.

    One that never had its host key replaced shows the planted one.
    """
    known = provision.attributes
    planted: dict[str, object] = {}
    if known.get("rekeyed_server") not in {None, server.id}:
        pair = ssh_keys.read(_planted(tools, provision))
        planted = {"host_key": pair.public, "next_host_key": None, "rekeyed_server": None}
    noted = {"provider_instance_id": server.id, "ssh_user": server.user, **answered, **planted}
    changed(tools, provision, **noted)


def _planted(tools: Tools, provision: Record) -> str:
    """The private host key that every order of this provision plants."""
    return tools.seal().open(
        provision.sealed["host_private"], record=provision.id, field="host_private"
    )


def _ask_for_server(tools: Tools, provision: Record, cloud: Cloud) -> Server:
    """Order the server, and write down how that went where there is no server to record."""
    order = _order(tools, provision)
    provision = changed(
        tools,
        provision,
        ordered_at=tools.now(),
        refused=None,
        unanswered_at=None,
        answered_at=None,
        provider_instance_id=None,
        public_ip=None,
        destroy_asked_at=None,
    )
    try:
        return cloud.create(order)
    except ProviderUnavailable:
        changed(tools, provision, unanswered_at=tools.now())
        raise
    except Throttled:
        changed(tools, provision, refused=True)
        raise
    except (InvalidCredential, NoCapacity, QuotaExceeded, RefusedByProvider):
        provision = changed(tools, provision, refused=True)
        _tidy(tools, provision, cloud, order)
        raise


def _tidy(tools: Tools, provision: Record, cloud: Cloud, order: ServerOrder) -> None:
    """Take back what was made for a refused order; should that fail, the destroy does it."""
    try:
        cloud.remove_firewall(order.tag)
        cloud.remove_key(order.public_key)
    except ProductError:
        return
    changed(tools, provision, ordered_at=None, refused=None)


def _order(tools: Tools, provision: Record) -> ServerOrder:
    attributes = provision.attributes
    key = tools.records().get(attributes["ssh_key_id"])
    if key is None:
        raise LoginRefused("The server's SSH key is not stored any more.")
    host = ssh_keys.read(_planted(tools, provision))
    return ServerOrder(
        name=attributes["instance_name"],
        region=attributes["region"],
        size=attributes["size"],
        tag=attributes["tag"],
        tags=(installation_tag(tools),),
        public_key=key.attributes["public_key"],
        user_data=user_data(
            host_private=host.private,
            host_public=host.public,
            authorised=key.attributes["public_key"],
            mirror=tools.settings().registry_mirror,
            plain=tools.settings().plain_registries,
        ),
        token=f"{attributes['tag']}-g{provision.generation}",
    )
