"""A server's facts are read from what it prints."""

from __future__ import annotations

import pytest

from chalicelib.adapters.nodes import facts
from chalicelib.ports.nodes import MachineFacts


def test_facts_are_read() -> None:
    printed = (
        "at=2026-05-01T10:00:07.000Z\ncores=2\nmemory_kb=2048000\ndisk_kb=10240000\nfree_kb=1024000\nused=90\n"
        "machine=aarch64\nos=Debian GNU/Linux 12 (bookworm)\ndocker=\n"
    )

    assert facts.read(printed) == MachineFacts(
        cpu_cores=2.0,
        memory_mb=2000,
        disk_mb=10000,
        disk_free_mb=1000,
        architecture="arm64",
        os="Debian GNU/Linux 12 (bookworm)",
        docker_version=None,
        disk_used_percent=90,
        at="2026-05-01T10:00:07.000Z",
    )


@pytest.mark.parametrize("at", ["", "noon", "2026-05-01T10:00:07.000"])
def test_time_that_is_none_is_not_told(at: str) -> None:
    printed = f"at={at}\ncores=2\nmemory_kb=2048\ndisk_kb=1024\nfree_kb=1024\nused=9\n"

    assert facts.read(printed).at is None
