"""Reads one service of the compose text into what runs."""

from __future__ import annotations

import re
import shlex
from collections.abc import Collection
from collections.abc import Mapping as Values
from dataclasses import dataclass

from chalicelib.domain.compose.addresses import (
    read_dns,
    read_dns_options,
    read_dns_search,
    read_extra_hosts,
    read_own_name,
)
from chalicelib.domain.compose.dependencies import read_dependencies
from chalicelib.domain.compose.env_files import read_env_files
from chalicelib.domain.compose.files import Declared, Shelf
from chalicelib.domain.compose.health import read_health_check
from chalicelib.domain.compose.kernel import (
    read_capabilities,
    read_shm_mb,
    read_sysctls,
    read_ulimits,
    tell_security_options,
)
from chalicelib.domain.compose.limits import read_limits
from chalicelib.domain.compose.networks import Networks
from chalicelib.domain.compose.pairs import read_environment, read_labels
from chalicelib.domain.compose.ports import read_ports
from chalicelib.domain.compose.rules import Mistaken, fault
from chalicelib.domain.compose.running import (
    read_logs,
    read_restart,
    read_stop_grace,
    read_stop_signal,
    tell_replicas,
)
from chalicelib.domain.compose.section import Section, as_text, shown
from chalicelib.domain.compose.tree import Scalar
from chalicelib.domain.compose.volumes import MountReader, check_distinct
from chalicelib.domain.plan import Mount, Service

NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?", re.ASCII)
"""A host name on the deployment's network; Docker's name server also knows underscores."""

_GROUP = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,31}", re.ASCII)
_IMAGE_NAME = r"[a-z0-9]+(?:(?:\.|__?|-+)[a-z0-9]+)*"
_HOST_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
_IMAGE = re.compile(
    rf"(?:{_HOST_LABEL}(?:\.{_HOST_LABEL})*(?::[0-9]{{1,5}})?/)?{_IMAGE_NAME}(?:/{_IMAGE_NAME})*"
    r"(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(?:@sha256:[0-9a-f]{64})?",
    re.ASCII,
)
"""What Docker itself takes for a reference."""


@dataclass(frozen=True)
class Surroundings:
    """What a service is read against."""

    variables: Values[str, str]
    names: Collection[str]
    mounts: MountReader
    declared: Declared
    shelf: Shelf
    networks: Networks


def read_service(name: str, section: Section, around: Surroundings) -> Service:
    """Read one service; every key without effect is told. Raises `InvalidPlan`."""
    deploy = section.section("deploy")
    limits = read_limits(section, deploy)
    tell_replicas(section, deploy)
    tell_security_options(section)
    from_files = read_env_files(section, around.shelf, around.variables)
    environment = read_environment(section, around.variables, from_files)
    service = Service(
        name=name,
        image=_read_image(section),
        command=_read_command(section, "command"),
        entrypoint=_read_command(section, "entrypoint"),
        environment=tuple(environment.items()),
        ports=read_ports(section),
        mounts=_read_mounts(name, section, around),
        depends_on=read_dependencies(section, around.names),
        health_check=read_health_check(section, lenient=around.shelf.lenient),
        restart=read_restart(section, deploy),
        cpus=limits.cpus,
        memory_mb=limits.memory_mb,
        pids=limits.pids,
        reserved_memory_mb=limits.reserved_memory_mb,
        user=_read_user(section),
        groups=_read_groups(section),
        working_dir=_read_working_dir(section),
        labels=tuple(read_labels(section).items()),
        stop_grace=read_stop_grace(section),
        stop_signal=read_stop_signal(section),
        init=section.boolean("init"),
        read_only=section.boolean("read_only"),
        tty=section.boolean("tty"),
        stdin_open=section.boolean("stdin_open"),
        networks=around.networks.attach(section, name),
        hostname=read_own_name(section, "hostname"),
        domainname=read_own_name(section, "domainname"),
        extra_hosts=read_extra_hosts(section),
        dns=read_dns(section),
        dns_search=read_dns_search(section),
        dns_options=read_dns_options(section),
        sysctls=read_sysctls(section),
        cap_add=read_capabilities(section, "cap_add"),
        cap_drop=read_capabilities(section, "cap_drop"),
        ulimits=read_ulimits(section),
        shm_mb=read_shm_mb(section),
        logs=read_logs(section),
    )
    deploy.close()
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


def _read_user(section: Section) -> str | None:
    """Read `user`; nothing but a colon is what two empty variables leave."""
    text = (section.text("user") or "").strip()
    return text if text.strip(":") else None


def _read_groups(section: Section) -> tuple[str, ...]:
    found = []
    for item in section.items("group_add"):
        text = as_text(item, section.at("group_add")).strip()
        if not _GROUP.fullmatch(text):
            detail = f"{section.at('group_add')}: {shown(item)} is no group's name or number."
            raise fault(Mistaken.WRONG_TYPE, detail, item.line)
        found.append(text)
    return tuple(dict.fromkeys(found))


def _read_working_dir(section: Section) -> str | None:
    path = section.text("working_dir") or None
    if path and not path.startswith("/"):
        detail = f"{section.at('working_dir')} must be an absolute path."
        raise fault(Mistaken.WRONG_TYPE, detail, section.line("working_dir"))
    return path
