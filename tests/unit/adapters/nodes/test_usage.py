"""The kernel's files of both versions of control groups are read as they are."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from chalicelib.adapters.nodes import usage
from chalicelib.ports.insight import Counters

NET = """\
Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs
    lo:     999       9    0    0    0     0          0         0      999       9    0
  eth0:6000000000  9    0    0    0     0          0         0     70       1    0
  eth1:       5       1    0    0    0     0          0         0        2       1    0
"""
V2 = {
    "proc/41/cgroup": "0::/system.slice/docker-a.scope\n",
    "proc/41/net/dev": NET,
    "cgroup/system.slice/docker-a.scope/cpu.stat": "usage_usec 5123456\nuser_usec 4\n",
    "cgroup/system.slice/docker-a.scope/memory.current": "30000000\n",
    "cgroup/system.slice/docker-a.scope/memory.max": "268435456\n",
    "cgroup/system.slice/docker-a.scope/memory.stat": "anon 1\ninactive_file 10000000\n",
    "cgroup/system.slice/docker-a.scope/pids.current": "7\n",
    "cgroup/system.slice/docker-a.scope/io.stat": (
        "8:0 rbytes=4096 wbytes=3000000000 rios=1 wios=2 dbytes=9 dios=0\n"
        "253:0 rbytes=1 wbytes=2 rios=1 wios=1 dbytes=0 dios=0\n"
    ),
}
V1 = {
    "proc/41/cgroup": (
        "9:name=systemd:/docker/a\n8:pids:/docker/a\n7:blkio:/docker/a\n4:memory:/docker/a\n"
        "2:cpu,cpuacct:/docker/a\n0::/docker/a\n"
    ),
    "proc/41/net/dev": NET,
    "cgroup/cpuacct/docker/a/cpuacct.usage": "5123456000\n",
    "cgroup/memory/docker/a/memory.usage_in_bytes": "30000000\n",
    "cgroup/memory/docker/a/memory.limit_in_bytes": "268435456\n",
    "cgroup/memory/docker/a/memory.stat": "inactive_file 5\ntotal_inactive_file 10000000\n",
    "cgroup/pids/docker/a/pids.current": "7\n",
    "cgroup/blkio/docker/a/blkio.throttle.io_service_bytes_recursive": (
        "8:0 Read 4096\n8:0 Write 3000000000\n8:0 Total 9\n253:0 Read 1\n253:0 Write 2\nTotal 9\n"
    ),
}
TOLD = Counters(
    cpu_nanoseconds=5_123_456_000,
    memory_bytes=20_000_000,
    memory_limit_bytes=268_435_456,
    rx_bytes=6_000_000_005,
    tx_bytes=72,
    read_bytes=4097,
    written_bytes=3_000_000_002,
    pids=7,
)


def run(root: Path, files: dict[str, str], asked: str) -> dict[str, Counters]:
    """Run the script on a kernel's files that lie in a folder."""
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    script = usage.SCRIPT.replace("/proc/", f"{root}/proc/")
    script = script.replace("/sys/fs/cgroup", f"{root}/cgroup")
    done = subprocess.run(
        ["sh", "-c", script], input=asked, capture_output=True, text=True, check=True
    )
    return usage.read(done.stdout)


@pytest.mark.parametrize("files", [V2, V1], ids=["v2", "v1"])
def test_counters_of_either_version(tmp_path: Path, files: dict[str, str]) -> None:
    assert run(tmp_path, files, "a 41\n") == {"a": TOLD}


def test_process_that_ended_is_left_out_and_the_next_one_read(tmp_path: Path) -> None:
    assert run(tmp_path, V2, "gone 40\na 41\n") == {"a": TOLD}
    assert run(tmp_path, V2, "") == {}


@pytest.mark.parametrize(
    ("files", "name", "unbounded"),
    [
        (V2, "cgroup/system.slice/docker-a.scope/memory.max", "max"),
        (V1, "cgroup/memory/docker/a/memory.limit_in_bytes", "9223372036854771712"),
    ],
)
def test_no_limit_is_zero(tmp_path: Path, files: dict[str, str], name: str, unbounded: str) -> None:
    found = run(tmp_path, files | {name: unbounded}, "a 41\n")

    assert found["a"].memory_limit_bytes == 0


@pytest.mark.parametrize("answer", ["", "sh: awk: not found\n", "a 1 2\nend\n", "a 1\n"])
def test_other_words_are_refused(answer: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  # of whatever kind
        usage.read(answer)
