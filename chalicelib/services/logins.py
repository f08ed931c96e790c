"""How to log in to a node: its address and pinned host key, and its key unsealed in memory."""

from __future__ import annotations

from chalicelib.domain.errors import HostUnreachable, LoginRefused
from chalicelib.ports.nodes import Login
from chalicelib.ports.records import Record
from chalicelib.services.tools import Tools


def private_key(tools: Tools, key_id: str) -> str:
    """Unseal an SSH key's private half. Raises `LoginRefused` when the key is gone."""
    key = tools.records().get(key_id)
    if key is None or "private_key" not in key.sealed:
        raise LoginRefused("The server's SSH key is not stored any more; choose another key.")
    return tools.seal().open(key.sealed["private_key"], record=key.id, field="private_key")


def login_of(tools: Tools, node: Record) -> Login:
    """Make the login of a node record."""
    attributes = node.attributes
    if not attributes.get("ssh_host"):
        raise HostUnreachable("The server has no address.")
    return Login(
        host=attributes["ssh_host"],
        port=int(attributes.get("ssh_port") or 22),
        user=attributes.get("ssh_user") or "root",
        private_key=private_key(tools, attributes["ssh_key_id"]),
        host_key=attributes.get("host_key"),
    )
