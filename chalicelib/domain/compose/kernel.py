"""Reads what a service asks of the kernel: capabilities, sysctls, ulimits, shared memory."""

from __future__ import annotations

import re

from chalicelib.domain.compose.capabilities import CAPABILITIES
from chalicelib.domain.compose.limits import MAX_MEMORY_MB
from chalicelib.domain.compose.pairs import read_pairs
from chalicelib.domain.compose.rules import Mistaken, fault
from chalicelib.domain.compose.section import Section, as_text, named, shown
from chalicelib.domain.compose.tree import Mapping, Node
from chalicelib.domain.compose.units import megabytes
from chalicelib.domain.plan import Ulimit

SAFE_SYSCTLS = frozenset(
    (
        "kernel.shm_rmid_forced",
        "net.core.somaxconn",
        "net.ipv4.ip_local_port_range",
        "net.ipv4.ip_local_reserved_ports",
        "net.ipv4.ip_unprivileged_port_start",
        "net.ipv4.ping_group_range",
        "net.ipv4.tcp_fin_timeout",
        "net.ipv4.tcp_keepalive_intvl",
        "net.ipv4.tcp_keepalive_probes",
        "net.ipv4.tcp_keepalive_time",
        "net.ipv4.tcp_max_syn_backlog",
        "net.ipv4.tcp_syncookies",
        "net.ipv4.tcp_tw_reuse",
        "net.ipv6.conf.all.disable_ipv6",
        "net.ipv6.conf.default.disable_ipv6",
        "net.ipv6.conf.lo.disable_ipv6",
    )
)
"""Settings that belong to the container's own namespaces and take nothing from its neighbours."""
SYSCTL_VALUE = re.compile(r"-?[0-9]{1,10}(?:[ \t,-]+[0-9]{1,10}){0,3}", re.ASCII)

ULIMITS = {
    **dict.fromkeys(("core", "cpu", "data", "fsize", "locks", "memlock"), 2**62),
    **dict.fromkeys(("msgqueue", "rss", "rttime", "sigpending", "stack"), 2**62),
    "nofile": 1_048_576,
    "nproc": 32_768,
}
"""Each limit that may be set, with the most that it may be."""


def read_capabilities(service: Section, key: str) -> tuple[str, ...]:
    """Read `cap_add` or `cap_drop`, without Linux's prefix; unknown ones are told."""
    found: dict[str, None] = {}
    for index, item in enumerate(service.items(key)):
        path = f"{service.at(key)}.{index}"
        name = as_text(item, path).strip().upper().removeprefix("CAP_")
        if name == "ALL" or name in CAPABILITIES:
            found[name] = None
        else:
            service.notes.add(path, item.line, "Linux has no such capability.")
    return tuple(found)


def read_sysctls(service: Section) -> tuple[tuple[str, str], ...]:
    """Read `sysctls`, map or list; those outside the safe set are told. Raises `InvalidPlan`."""
    found: dict[str, str] = {}
    for name, value, path, line in read_pairs(service, "sysctls"):
        text = (value or "").strip()
        if name not in SAFE_SYSCTLS:
            service.notes.add(path, line, "This kernel setting is the node's, or not harmless.")
        elif not SYSCTL_VALUE.fullmatch(text):
            detail = f"{path} must be a number or a few."
            raise fault(Mistaken.BAD_LIMIT, detail, line)
        else:
            found[name] = text
    return tuple(found.items())


def read_ulimits(service: Section) -> tuple[Ulimit, ...]:
    """Read `ulimits`, short and long; what may not be set is told. Raises `InvalidPlan`."""
    if service.take("ulimits") is None:
        return ()
    found = []
    limits = service.section("ulimits")
    for name, node in limits.node.entries.items():
        if name not in ULIMITS:
            limits.ignore(name, "This limit of the kernel is not set here.")
            continue
        soft, hard = _soft_and_hard(limits, name, node)
        found.append(Ulimit(name, soft, max(hard, soft) if hard != -1 else -1))
    return tuple(found)


def _soft_and_hard(limits: Section, name: str, node: Node) -> tuple[int, int]:
    if not isinstance(node, Mapping):
        value = _limit(limits, name, name)
        return value, value
    section = limits.section(name)
    stated = {key: _limit(section, key, name) for key in ("soft", "hard") if section.take(key)}
    section.close()
    if not stated:
        detail = f"{section.path} needs soft and hard, or one number."
        raise fault(Mistaken.BAD_LIMIT, detail, section.line())
    soft = stated.get("soft", stated.get("hard", 0))
    return soft, stated.get("hard", soft)


def _limit(section: Section, key: str, name: str) -> int:
    """Read one number; none (-1) is the most where there is a most."""
    most = ULIMITS[name]
    text = (section.text(key) or "").strip().lower()
    value = -1 if text in {"unlimited", "infinity"} else section.integer(key)
    if value is None or value < -1:
        detail = f"{section.at(key)} must be a number, or -1 for none."
        raise fault(Mistaken.BAD_LIMIT, detail, section.line(key))
    if value > most or (value == -1 and most < 2**62):
        section.ignore(key, f"It is taken as {most}, the most that a container gets.")
        return most
    return value


def read_shm_mb(service: Section) -> int | None:
    """Read `shm_size` in MB; 0 leaves it to Docker. Raises `InvalidPlan`."""
    node = service.take("shm_size")
    if node is None:
        return None
    path = service.at("shm_size")
    try:
        size = megabytes(as_text(node, path))
    except ValueError as error:
        raise fault(Mistaken.BAD_LIMIT, f"{path}: {shown(node)} {error}.", node.line) from error
    if size > MAX_MEMORY_MB:
        detail = f"{path}: {shown(node)} is more than any server has."
        raise fault(Mistaken.BAD_LIMIT, detail, node.line)
    return size or None


def tell_security_options(service: Section) -> None:
    """Tell what `security_opt` says beside what every container has: no-new-privileges."""
    for index, item in enumerate(service.items("security_opt")):
        path = f"{service.at('security_opt')}.{index}"
        text = as_text(item, path)
        if text.replace("=", ":").strip().lower() not in _HARDENED:
            reason = "Every container runs with no-new-privileges."
            service.notes.add(named(path, item, text), item.line, reason)


_HARDENED = {"no-new-privileges", "no-new-privileges:true"}
