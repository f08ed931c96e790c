"""Reads one service of the compose text into what runs."""

from __future__ import annotations

import re
import shlex
from collections.abc import Collection
from collections.abc import Mapping as Values
from dataclasses import dataclass

from chalicelib.domain.compose.dependencies import read_dependencies
from chalicelib.domain.compose.files import Declared, Shelf
from chalicelib.domain.compose.health import read_health_check, read_seconds
from chalicelib.domain.compose.limits import read_limits
from chalicelib.domain.compose.pairs import read_environment, read_labels
from chalicelib.domain.compose.ports import read_ports
from chalicelib.domain.compose.rules import Mistaken, fault
from chalicelib.domain.compose.section import Section, as_text
from chalicelib.domain.compose.tree import Scalar
from chalicelib.domain.compose.volumes import MountReader, check_distinct
from chalicelib.domain.plan import Mount, Service

NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?", re.ASCII)
"""A host name on the deployment's network; Docker's name server also knows underscores."""
MAX_STOP_GRACE = 600.0
DEFAULT_STOP_GRACE = 10.0

_IMAGE_NAME = r"[a-z0-9]+(?:(?:\.|__?|-+)[a-z0-9]+)*"
_HOST_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
_IMAGE = re.compile(
    rf"(?:{_HOST_LABEL}(?:\.{_HOST_LABEL})*(?::[0-9]{{1,5}})?/)?{_IMAGE_NAME}(?:/{_IMAGE_NAME})*"
    r"(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(?:@sha256:[0-9a-f]{64})?",
    re.ASCII,
)
"""What Docker itself takes for a reference."""
DEFAULT_RESTART = "unless-stopped"
"""What is called running comes back after a crash and after a restart of its server."""
_RESTART = re.compile(r"no|always|unless-stopped|on-failure(?::[0-9]{1,4})?", re.ASCII)


@dataclass(frozen=True)
class Surroundings:
    """What a service is read against."""

    variables: Values[str, str]
    names: Collection[str]
    mounts: MountReader
    declared: Declared
    shelf: Shelf


def read_service(name: str, section: Section, around: Surroundings) -> Service:
    """Read one service; every key without effect is told. Raises `InvalidPlan`."""
    limits = read_limits(section)
    service = Service(
        name=name,
        image=_read_image(section),
        command=_read_command(section, "command"),
        entrypoint=_read_command(section, "entrypoint"),
        environment=tuple(read_environment(section, around.variables).items()),
        ports=read_ports(section),
        mounts=_read_mounts(name, section, around),
        depends_on=read_dependencies(section, around.names),
        health_check=read_health_check(section),
        restart=_read_restart(section),
        cpus=limits.cpus,
        memory_mb=limits.memory_mb,
        pids=limits.pids,
        user=section.text("user") or None,
        working_dir=_read_working_dir(section),
        labels=tuple(read_labels(section).items()),
        stop_grace=_read_stop_grace(section),
        init=section.boolean("init"),
        read_only=section.boolean("read_only"),
    )
    section.close()
    return service


def check_names(services: Section) -> None:
    """Take only names that work as host names and are distinct as such. Raises `InvalidPlan`."""
    seen: dict[str, str] = {}
    for name in services.node.entries:
        line = services.line(name)
        if not NAME.fullmatch(name):
            detail = f"The service name “{name[:80]}” is no host name (at most 63 characters)."
            raise fault(Mistaken.BAD_NAME, detail, line)
        other = seen.setdefault(name.lower(), name)
        if other != name:
            detail = f"The services {other} and {name} are one host name."
            raise fault(Mistaken.BAD_NAME, detail, line)


def _read_image(section: Section) -> str:
    image = (section.text("image") or "").strip()
    if not image:
        detail = f"{section.path} has no image."
        raise fault(Mistaken.NO_IMAGE, detail, section.line("image"))
    if len(image) > 512 or not _IMAGE.fullmatch(image):
        detail = f"{section.at('image')} is not an image reference such as nginx:alpine."
        raise fault(Mistaken.BAD_IMAGE, detail, section.line("image"))
    return image


def _read_command(section: Section, key: str) -> tuple[str, ...] | None:
    """Read words; a single string is split as a shell would. Absent is None, empty is ()."""
    node = section.take(key)
    if node is None:
        return None
    path = section.at(key)
    if isinstance(node, Scalar):
        try:
            return tuple(shlex.split(as_text(node, path)))
        except ValueError as error:
            detail = f"{path} has a quote or escape that does not end."
            raise fault(Mistaken.BAD_COMMAND, detail, node.line) from error
    return tuple(as_text(item, path) for item in section.items(key))


def _read_mounts(name: str, section: Section, around: Surroundings) -> tuple[Mount, ...]:
    mounts = around.mounts.read(section, name)
    mounts += around.declared.mounts(section, around.shelf)
    mounts += around.shelf.mounts_everywhere({mount.target for mount in mounts})
    check_distinct(mounts, section)
    return tuple(mounts)


def _read_restart(section: Section) -> str:
    text = (section.text("restart") or DEFAULT_RESTART).strip().lower()
    text = "no" if text in {"false", "none"} else text
    if not _RESTART.fullmatch(text):
        detail = f"{section.at('restart')} must be no, always, on-failure[:times], unless-stopped."
        raise fault(Mistaken.BAD_RESTART, detail, section.line("restart"))
    return text


def _read_working_dir(section: Section) -> str | None:
    path = section.text("working_dir") or None
    if path and not path.startswith("/"):
        detail = f"{section.at('working_dir')} must be an absolute path."
        raise fault(Mistaken.WRONG_TYPE, detail, section.line("working_dir"))
    return path


def _read_stop_grace(section: Section) -> float:
    seconds = read_seconds(section, "stop_grace_period", DEFAULT_STOP_GRACE)
    if seconds > MAX_STOP_GRACE:
        detail = f"{section.at('stop_grace_period')} is more than {MAX_STOP_GRACE:.0f} s."
        raise fault(Mistaken.BAD_DURATION, detail, section.line("stop_grace_period"))
    return seconds
