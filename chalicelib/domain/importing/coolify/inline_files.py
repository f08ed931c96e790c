"""Turns files whose content stands within a mount into configs of the compose text."""

from __future__ import annotations

from collections.abc import Callable

from yaml.nodes import MappingNode, ScalarNode, SequenceNode

from chalicelib.domain.importing.document import (
    entries,
    get,
    mapping,
    put,
    scalar,
    sequence,
    text_of,
)

_RUNNABLE = "#!"


def add_config(
    root: MappingNode, service: MappingNode, *, target: str, content: str, mode: str = ""
) -> None:
    """Give a service a file with this content, in which references are filled in.

    Without a mode, one that begins with `#!` can be run.
    """
    configs = get(root, "configs")
    if not isinstance(configs, MappingNode):
        configs = mapping()
        put(root, "configs", configs)
    name = _name(configs, target, content)
    style = "|" if "\n" in content and not content.startswith((" ", "\n")) else None
    text = ScalarNode("tag:yaml.org,2002:str", content, style=style)
    put(configs, name, mapping([("content", text)]))
    used = get(service, "configs")
    if not isinstance(used, SequenceNode):
        used = sequence(())
        put(service, "configs", used)
    mode = mode or ("0755" if content.startswith(_RUNNABLE) else "0644")
    quoted = ScalarNode("tag:yaml.org,2002:str", mode, style='"')
    used.value.append(
        mapping([("source", scalar(name)), ("target", scalar(target)), ("mode", quoted)])
    )


def _name(configs: MappingNode, target: str, content: str) -> str:
    """Name a config for its file; the same file has its name once."""
    base = "".join(c if c.isascii() and c.isalnum() else "-" for c in target.rpartition("/")[2])
    base = base.strip("-").lower() or "file"
    known = {name: text_of(get(node, "content")) for name, node in entries(configs)}
    name, number = base, 1
    while name in known and known[name] != content:
        number += 1
        name = f"{base}-{number}"
    return name


def lift_contents(root: MappingNode, service: MappingNode, filled: Callable[[str], str]) -> None:
    """Make configs of a service's mounts that have a `content`.

    `filled` prepares a content: what it leaves as a reference is filled in.
    """
    volumes = get(service, "volumes")
    if not isinstance(volumes, SequenceNode):
        return
    kept = []
    for item in volumes.value:
        content = get(item, "content") if isinstance(item, MappingNode) else None
        target = text_of(get(item, "target")) if content is not None else ""
        if content is None or not target:
            kept.append(item)
            continue
        add_config(root, service, target=target, content=filled(text_of(content)))
    volumes.value = kept
