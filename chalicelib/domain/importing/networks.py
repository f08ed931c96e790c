"""Takes a platform's own network out of a compose text: an app here has one of its own."""

from __future__ import annotations

from yaml.nodes import MappingNode, SequenceNode

from chalicelib.domain.importing.document import entries, get, items, put, take, text_of
from chalicelib.domain.importing.services import inherited, node_of
from chalicelib.domain.importing.tidying import services_of


def leave_network(root: MappingNode, name: str) -> None:
    """Remove a network from all services, and from the networks of the text."""
    networks = get(root, "networks")
    names = {key for key, node in entries(networks) if _is_named(node, name)} | {name}
    for _, service in services_of(root):
        _leave(service, names)
    for key in names:
        take(networks, key)
    if networks is not None and not entries(networks):
        take(root, "networks")


def _leave(service: MappingNode, names: set[str]) -> None:
    """Take a service off networks."""
    found = inherited(service, "networks")
    if isinstance(found, MappingNode):
        for name in names:
            take(found, name)
    elif isinstance(found, SequenceNode):
        found.value[:] = [item for item in found.value if text_of(item) not in names]
    if found is not None and not entries(found) and not items(found):
        take(service, "networks")
        if inherited(service, "networks") is not None:
            # What a merge key brings would otherwise stand in the place of nothing.
            put(service, "networks", node_of(["default"]))


def _is_named(node: object, name: str) -> bool:
    """Whether an entry stands for the network under another name."""
    return isinstance(node, MappingNode) and text_of(get(node, "name")) == name
