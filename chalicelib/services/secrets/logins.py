"""How to log in to a node: its address and pinned host key, and its key unsealed in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.domain.addresses import is_allowed
from chalicelib.domain.errors import HostUnreachable, LoginRefused
from chalicelib.ports.records import Record
from chalicelib.services.tools import Tools

if TYPE_CHECKING:
    from chalicelib.ports.nodes import Login


def private_key(tools: Tools, key_id: str, *, owner: str) -> str:
    """Unseal the private half of an SSH key of `owner`'s.

    Raises `LoginRefused` when the key is gone or somebody else's.
    """
    key = tools.records().get(key_id)
    own = key is not None and key.owner == owner and key.type == "ssh_keys"
    if key is None or not own or key.status == "deleted" or "private_key" not in key.sealed:
        raise LoginRefused("The server's SSH key is not stored any more; choose another key.")
    return tools.seal().open(key.sealed["private_key"], record=key.id, field="private_key")


def address_of(node: Record) -> str:
    """The address of a node: the one that its host name had when it was stored."""
    return str(node.attributes.get("address") or node.attributes.get("ssh_host") or "")


def first_login_of(tools: Tools, node: Record) -> Login:
    """Make the login of a node record; one that was never checked takes any host key.

    Raises `HostUnreachable` without an address and `LoginRefused` without a key, or for an
    address that this installation refuses by now.
    """
    attributes, address = node.attributes, address_of(node)
    if not address:
        raise HostUnreachable("The server has no address.")
    if not is_allowed(address, tools.settings().refused_networks):
        raise LoginRefused(f"The address {address} lies in a network in which no server may be.")
    if not attributes.get("ssh_key_id"):
        raise LoginRefused("The server has no SSH key; choose one.")
    # Imported only here: most who ask where a node is do not log in to it.
    from chalicelib.ports.nodes import Login

    return Login(
        host=address,
        port=int(attributes.get("ssh_port") or 22),
        user=attributes.get("ssh_user") or "root",
        private_key=private_key(tools, attributes["ssh_key_id"], owner=node.owner),
        host_key=attributes.get("host_key"),
        docker_socket=attributes.get("docker_socket") or Login.docker_socket,
    )


def login_of(tools: Tools, node: Record) -> Login:
    """Make the login of a node whose host key is pinned, as a check does.

    Raises `LoginRefused` with code `not_checked` before that, besides what `first_login_of` does.
    """
    if not node.attributes.get("host_key"):
        name = node.attributes.get("name") or node.id
        detail = f"The server {name} was not checked yet, so its host key is not known. Check it."
        raise LoginRefused(detail, code="not_checked")
    return first_login_of(tools, node)
