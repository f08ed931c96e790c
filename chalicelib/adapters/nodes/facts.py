"""Asks a server what it has."""

from __future__ import annotations

from chalicelib.domain import clock
from chalicelib.ports.nodes import MachineFacts

SCRIPT = """\
echo "at=$(date -u +%Y-%m-%dT%H:%M:%S.000Z)"
echo "cores=$(nproc)"
awk '/^MemTotal:/ {printf "memory_kb=%d\\n", $2}' /proc/meminfo
disk=/var/lib/docker; [ -d $disk ] || disk=/
df -Pk $disk | awk 'NR == 2 {printf "disk_kb=%d\\nfree_kb=%d\\nused=%d\\n", $2, $4, $5}'
echo "machine=$(uname -m)"
( . /etc/os-release 2>/dev/null; echo "os=${PRETTY_NAME:-$(uname -s)}" )
echo "docker=$(timeout 10 docker version --format '{{.Server.Version}}' 2>/dev/null)"
"""

_ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64", "armv7l": "arm"}


def read(answer: str) -> MachineFacts:
    """Read what the script printed. Architectures are named as image platforms are."""
    said = dict(line.split("=", 1) for line in answer.splitlines() if "=" in line)
    machine = said.get("machine", "")
    return MachineFacts(
        cpu_cores=float(said["cores"]),
        memory_mb=int(said["memory_kb"]) // 1024,
        disk_mb=int(said["disk_kb"]) // 1024,
        disk_free_mb=int(said["free_kb"]) // 1024,
        architecture=_ARCHITECTURES.get(machine, machine),
        os=said.get("os", ""),
        docker_version=said.get("docker") or None,
        disk_used_percent=int(said["used"]),
        at=_time(said.get("at", "")),
    )


def _time(text: str) -> str | None:
    """The time that a server tells; None where it tells none."""
    try:
        return clock.checked(text)
    except ValueError:
        return None
