"""Gives services what they share by naming another one: its volumes, and names it answers to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from chalicelib.domain.compose.section import Section, as_text
from chalicelib.domain.plan import Mount, Service


def share_mounts(services: list[Service], sections: dict[str, Section]) -> list[Service]:
    """Add the mounts of `volumes_from` to services in start order; own mounts win."""
    finished: dict[str, Service] = {}
    for service in services:
        if not sections[service.name].items("volumes_from"):
            finished[service.name] = service
            continue
        mounts = {mount.target: mount for mount in service.mounts}
        for name, read_only in volumes_from(sections[service.name]):
            for mount in _mounts_of(finished, name):
                kept = replace(mount, read_only=mount.read_only or read_only)
                mounts.setdefault(mount.target, kept)
        finished[service.name] = replace(service, mounts=tuple(mounts.values()))
    return list(finished.values())


def _mounts_of(finished: dict[str, Service], name: str) -> tuple[Mount, ...]:
    """Give a service's mounts; a tmpfs is nobody else's."""
    return tuple(mount for mount in finished[name].mounts if mount.kind != "tmpfs")


def volumes_from(service: Section) -> Iterator[tuple[str, bool]]:
    """Read `volumes_from`: services, and whether their volumes are read only."""
    for item in service.items("volumes_from"):
        name, _, mode = as_text(item, service.at("volumes_from")).partition(":")
        yield name, mode == "ro"


def linked_names(sections: dict[str, Section]) -> dict[str, list[str]]:
    """Name the aliases that `links` give to services, apart from names that services have."""
    taken = {name.lower() for name in sections}
    found: dict[str, list[str]] = {}
    for section in sections.values():
        for item in section.items("links"):
            name, _, alias = as_text(item, section.at("links")).partition(":")
            if alias and alias.lower() not in taken:
                found.setdefault(name, []).append(alias)
    return found
