"""A server's facts are read from what it prints."""

from __future__ import annotations

from chalicelib.adapters.nodes import facts
from chalicelib.ports.nodes import MachineFacts


def test_facts_are_read() -> None:
    printed = (
        "cores=2\nmemory_kb=2048000\ndisk_kb=10240000\nfree_kb=1024000\nused=90\n"
        "machine=aarch64\nos=Debian GNU/Linux 12 (bookworm)\ndocker=\n"
    )

    assert facts.read(printed) == MachineFacts(
        2.0, 2000, 10000, 1000, "arm64", "Debian GNU/Linux 12 (bookworm)", None, 90
    )
