"""Limits of CPU, memory and processes."""

from __future__ import annotations

import pytest

from tests.unit.domain.compose.planning import plan, service, service_refused, web


def limits(lines: str) -> tuple[float, int, int]:
    planned = service(lines)
    return planned.cpus, planned.memory_mb, planned.pids


def deploy(limits: str = "", reservations: str = "") -> str:
    return f"deploy: {{resources: {{limits: {{{limits}}}, reservations: {{{reservations}}}}}}}"


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        ("", (0.5, 256, 512)),
        ("cpus: 2", (2, 256, 512)),
        ("mem_limit: 1g", (0.5, 1024, 512)),
        ("pids_limit: 100", (0.5, 256, 100)),
        ("cpus: 0\nmem_limit: 0\npids_limit: 0", (0.5, 256, 512)),
        ("pids_limit: -1", (0.5, 256, 512)),
        ("cpus: 0.0001", (0.5, 256, 512)),
        (deploy("cpus: '0.25', memory: 64m, pids: 10"), (0.25, 64, 10)),
        ("cpus: 2\nmem_limit: 1g\npids_limit: 7\n" + deploy("cpus: 1, memory: 2g"), (1, 2048, 7)),
        (deploy("", "cpus: 2, memory: 1g"), (2, 1024, 512)),
        (deploy("", "cpus: 0.1, memory: 64m"), (0.5, 256, 512)),
        (deploy("cpus: 3, memory: 2g", "cpus: 2, memory: 1g"), (3, 2048, 512)),
        ("mem_reservation: 300m", (0.5, 300, 512)),
        ("deploy: {resources: }", (0.5, 256, 512)),
        ("cpus: 0.01\nmem_limit: 6m\npids_limit: 1", (0.01, 6, 1)),
        ("cpus: 256\nmem_limit: 4t\npids_limit: 32768", (256, 4 * 1024 * 1024, 32_768)),
    ],
)
def test_limits_are_decided(lines: str, found: tuple[float, int, int]) -> None:
    assert limits(lines) == found


@pytest.mark.parametrize(
    ("lines", "path"),
    [
        ("cpus: 0.001", "cpus"),
        ("cpus: 257", "cpus"),
        ("cpus: -1", "cpus"),
        ("cpus: many", "cpus"),
        ("cpus: '½'", "cpus"),
        ("mem_limit: 5m", "mem_limit"),
        ("mem_limit: 5t", "mem_limit"),
        ("mem_limit: -2", "mem_limit"),
        ("mem_limit: '1e30'", "mem_limit"),
        ("pids_limit: 32769", "pids_limit"),
        ("pids_limit: 9999999999999999999999", "pids_limit"),
        ("pids_limit: -2", "pids_limit"),
        ("pids_limit: '٣'", "pids_limit"),
        (deploy("memory: lots"), "deploy.resources.limits.memory"),
        (deploy("", "cpus: x"), "deploy.resources.reservations.cpus"),
        (deploy("cpus: 1", "cpus: 2"), "deploy.resources.reservations.cpus"),
        ("mem_limit: 64m\n" + deploy("", "memory: 65m"), "deploy.resources.reservations.memory"),
        ("mem_limit: 64m\nmem_reservation: 65m", "mem_reservation"),
    ],
)
def test_limit_that_cannot_be_is_refused(lines: str, path: str) -> None:
    error = service_refused(lines)

    assert error.rule == "bad_limit"
    assert error.line in {4, 5}
    assert f"services.web.{path}" in error.detail


@pytest.mark.parametrize("lines", ["cpus: [1]", "deploy: 1", "deploy: {resources: [x]}"])
def test_other_shapes_are_refused(lines: str) -> None:
    assert service_refused(lines).rule == "wrong_type"


def test_weaker_and_unknown_settings_are_told_as_ignored() -> None:
    planned = plan(
        web("cpus: 1\ncpu_shares: 5\ndeploy: {replicas: 3, resources: {limits: {cpus: 2}}}")
    )

    assert set(planned.ignored) == {
        "services.web.cpus",
        "services.web.cpu_shares",
        "services.web.deploy.replicas",
    }
