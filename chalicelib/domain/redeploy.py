"""Decides how a running app becomes another one: what stays, what stands beside, what is in place.

Two processes never hold one data directory: a service that writes a volume is stopped before
its successor starts, and the volume is kept as a snapshot until the successor has proven itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.domain.names_on_node import image_volume

if TYPE_CHECKING:
    from chalicelib.domain.plan import Plan, Service

ImageVolumes = Mapping[str, Iterable[str]]
"""Where in its containers each image declares volumes of its own, by image."""


@dataclass(frozen=True)
class Replacement:
    """What becomes of each service; volumes by their names without the deployment's part."""

    kept: frozenset[str] = frozenset()
    """Services of both plans whose containers stay as they are."""
    beside: frozenset[str] = frozenset()
    """Services that get a container next to what stands, if anything does."""
    in_place: frozenset[str] = frozenset()
    """Services whose container is made where the old one was taken away."""
    stopped: frozenset[str] = frozenset()
    """Services of the old plan that are taken away before anything of `in_place` starts."""
    snapshots: tuple[str, ...] = ()
    """Volumes that are kept as they were before anything of `in_place` starts."""


def replacement(old: Plan, new: Plan, image_volumes: ImageVolumes) -> Replacement:
    """Decide how `new` takes the place of `old`.

    Services that write one volume are replaced together, also those that did not change: the
    volume is kept and put back as a whole.
    """
    changed = {service.name for service in new.services} - _unchanged(old, new)
    writes = {service.name: written(service, image_volumes) for service in new.services}
    touched: frozenset[str] = frozenset()
    more = frozenset(volume for name in changed for volume in writes[name])
    while more != touched:
        touched = more
        more = touched.union(*(volumes for volumes in writes.values() if volumes & touched))
    in_place = frozenset(name for name, volumes in writes.items() if volumes & touched)
    return Replacement(
        kept=frozenset(writes) - changed - in_place,
        beside=frozenset(changed) - in_place,
        in_place=in_place,
        stopped=frozenset(
            service.name
            for service in old.services
            if service.name in in_place or written(service, image_volumes) & touched
        ),
        snapshots=tuple(sorted(touched)),
    )


def written(service: Service, image_volumes: ImageVolumes) -> frozenset[str]:
    """The volumes that a service may write: the plan's, and those that its image declares."""
    planned = {m.source for m in service.mounts if m.kind == "volume" and not m.read_only}
    return frozenset(planned | declared(service, image_volumes).keys())


def mounted(service: Service, image_volumes: ImageVolumes) -> frozenset[str]:
    """The volumes that a service sees, those among them that it only reads."""
    planned = {mount.source for mount in service.mounts if mount.kind == "volume"}
    return frozenset(planned | declared(service, image_volumes).keys())


def declared(service: Service, image_volumes: ImageVolumes) -> dict[str, str]:
    """The volumes that a service gets because its image asks for them, and where it has each."""
    taken = {mount.target for mount in service.mounts}
    targets = set(image_volumes.get(service.image, ())) - taken
    return {image_volume(service.name, target): target for target in targets}


def _unchanged(old: Plan, new: Plan) -> set[str]:
    """The services that run as they are planned, their files included."""
    known = {service.name: _facts(old, service) for service in old.services}
    return {s.name for s in new.services if known.get(s.name) == _facts(new, s)}


def _facts(plan: Plan, service: Service) -> object:
    files = {file.key: file for file in plan.files}
    routed = plan.route.port if plan.route and plan.route.service == service.name else None
    mounted_files = [files.get(m.source) for m in service.mounts if m.kind == "file"]
    return service, routed, mounted_files, service.name in plan.finite


def standing(old: Plan, new: Plan, how: Replacement) -> tuple[float, int]:
    """The most CPU (cores) and memory (MB) that the containers of both may have at one time."""
    cpus, memory = 0.0, 0
    for name in {service.name for plan in (old, new) for service in plan.services}:
        pair = [s for plan in (old, new) for s in plan.services if s.name == name]
        together = name in how.beside
        cpus += sum(s.cpus for s in pair) if together else max(s.cpus for s in pair)
        memory += sum(s.memory_mb for s in pair) if together else max(s.memory_mb for s in pair)
    return round(cpus, 3), memory
