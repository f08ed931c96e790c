"""What a server can do beyond being one, in the words that templates ask for."""

from __future__ import annotations

HIGH_CPU_CORES = 8
HIGH_MEMORY_MB_A_CORE, HIGH_MEMORY_MB = 7_000, 15_000
"""8 GB a core and 16 GB in all, of which a kernel keeps some for itself."""
TOLD = frozenset({"gpu", "nvme", "ssd"})

PROBE = """\
for disk in /sys/block/*; do
  case ${disk##*/} in
    nvme*) echo nvme; echo ssd ;;
    sd* | vd* | xvd*) [ "$(cat "$disk/queue/rotational" 2>/dev/null)" != 0 ] || echo ssd ;;
  esac
done
[ ! -e /dev/nvidia0 ] && [ ! -e /dev/kfd ] || echo gpu
"""
"""A script that prints what the machine's devices are."""


def capabilities_of(probed: str, *, cpu_cores: float, memory_mb: int) -> list[str]:
    """Name a server's capabilities, by what `PROBE` printed there and by its size."""
    found = {"standard"} | (TOLD & set(probed.split()))
    if cpu_cores >= HIGH_CPU_CORES:
        found.add("high-cpu")
    if memory_mb >= max(HIGH_MEMORY_MB, HIGH_MEMORY_MB_A_CORE * cpu_cores):
        found.add("high-memory")
    return sorted(found)
