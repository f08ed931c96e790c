"""Capabilities, sysctls, ulimits and shared memory."""

from __future__ import annotations

import pytest

from chalicelib.domain.plan import Service, Ulimit
from tests.unit.domain.compose.planning import plan, service, service_refused, web


def told(lines: str) -> tuple[Service, tuple[str, ...]]:
    planned = plan(web(lines))
    return planned.services[0], planned.ignored


@pytest.mark.parametrize(
    ("lines", "added", "dropped"),
    [
        ("cap_drop: [ALL]\ncap_add: [CHOWN, cap_setuid]", ("CHOWN", "SETUID"), ("ALL",)),
        ("cap_drop: NET_RAW", (), ("NET_RAW",)),
        ("cap_drop: [sys_admin, SYS_ADMIN]", (), ("SYS_ADMIN",)),
        ("cap_add: []", (), ()),
    ],
)
def test_capabilities_are_read(
    lines: str, added: tuple[str, ...], dropped: tuple[str, ...]
) -> None:
    found, ignored = told(lines)

    assert (found.cap_add, found.cap_drop, ignored) == (added, dropped, ())


def test_capability_that_linux_does_not_know_is_told() -> None:
    found, ignored = told("cap_drop: [FLY, KILL]")

    assert (found.cap_drop, ignored) == (("KILL",), ("services.web.cap_drop.0",))


@pytest.mark.parametrize(
    "written",
    ["{net.core.somaxconn: 511}", "[net.core.somaxconn=511]", "{net.core.somaxconn: '511'}"],
)
def test_sysctls_of_the_safe_set_are_read(written: str) -> None:
    assert told(f"sysctls: {written}")[0].sysctls == (("net.core.somaxconn", "511"),)


@pytest.mark.parametrize(
    "name",
    ["vm.max_map_count", "kernel.panic", "net.ipv4.ip_forward", "fs.file-max", "kernel.shmmax"],
)
def test_sysctls_of_the_node_are_told(name: str) -> None:
    found, ignored = told(f"sysctls: {{{name}: 1}}")

    assert (found.sysctls, ignored) == ((), (f"services.web.sysctls.{name}",))


@pytest.mark.parametrize(
    ("written", "limit"),
    [
        ("{nofile: 65535}", Ulimit("nofile", 65535, 65535)),
        ("{nofile: {soft: 10, hard: 20}}", Ulimit("nofile", 10, 20)),
        ("{nofile: {soft: 30, hard: 20}}", Ulimit("nofile", 30, 30)),
        ("{nofile: {hard: 20}}", Ulimit("nofile", 20, 20)),
        ("{memlock: -1}", Ulimit("memlock", -1, -1)),
        ("{memlock: {soft: -1, hard: -1}}", Ulimit("memlock", -1, -1)),
        ("{stack: unlimited}", Ulimit("stack", -1, -1)),
    ],
)
def test_ulimits_are_read(written: str, limit: Ulimit) -> None:
    found, ignored = told(f"ulimits: {written}")

    assert (found.ulimits, ignored) == ((limit,), ())


@pytest.mark.parametrize(
    ("written", "limits", "place"),
    [
        ("{nofile: 99999999}", (Ulimit("nofile", 1_048_576, 1_048_576),), "nofile"),
        ("{nofile: -1}", (Ulimit("nofile", 1_048_576, 1_048_576),), "nofile"),
        ("{nproc: {soft: 1, hard: 65535}}", (Ulimit("nproc", 1, 32_768),), "nproc.hard"),
        ("{nice: 40}", (), "nice"),
        ("{rtprio: 99}", (), "rtprio"),
    ],
)
def test_limits_beyond_what_a_container_gets_are_told(
    written: str, limits: tuple[Ulimit, ...], place: str
) -> None:
    found, ignored = told(f"ulimits: {written}")

    assert (found.ulimits, ignored) == (limits, (f"services.web.ulimits.{place}",))


@pytest.mark.parametrize(
    ("written", "size"), [("64m", 64), ("'1gb'", 1024), ("67108864", 64), ("0", None), ("", None)]
)
def test_shared_memory_is_read(written: str, size: int | None) -> None:
    assert service(f"shm_size: {written}").shm_mb == size


@pytest.mark.parametrize(
    ("lines", "rule"),
    [
        ("ulimits: {nofile: many}", "wrong_type"),
        ("ulimits: {nofile: -2}", "bad_limit"),
        ("ulimits: {nofile: {}}", "bad_limit"),
        ("ulimits: {nofile: {soft: [1]}}", "wrong_type"),
        ("ulimits: [nofile]", "wrong_type"),
        ("sysctls: {net.core.somaxconn: lots}", "bad_limit"),
        ("sysctls: {net.core.somaxconn: [1]}", "wrong_type"),
        ("shm_size: lots", "bad_limit"),
        ("shm_size: 5t", "bad_limit"),
        ("cap_drop: {ALL: true}", "wrong_type"),
        ("cap_drop: [[ALL]]", "wrong_type"),
    ],
)
def test_what_is_not_well_formed_is_refused(lines: str, rule: str) -> None:
    error = service_refused(lines)

    assert (error.rule, error.line) == (rule, 4)


@pytest.mark.parametrize(
    "written", ["no-new-privileges", "no-new-privileges:true", "'no-new-privileges=true'"]
)
def test_what_every_container_has_anyway_is_not_told(written: str) -> None:
    assert told(f"security_opt: [{written}]")[1] == ()


@pytest.mark.parametrize(
    "written", ["no-new-privileges:false", "apparmor:docker-default", "seccomp=builtin"]
)
def test_security_options_without_effect_are_told(written: str) -> None:
    assert told(f"security_opt: [{written}]")[1] == (f"services.web.security_opt.0.{written}",)
