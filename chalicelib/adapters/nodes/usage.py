"""Writes the script that reads what containers use from the server's kernel, and its answer back.

The kernel is asked and not the Docker Engine: Engines before 23, which Debian 12 still has, answer
each question for a container's use only with the next tick of a clock of one second. One process
reads the control groups of all containers, of either version, and starts no other.
"""

from __future__ import annotations

from collections.abc import Iterable

from chalicelib.ports.insight import Counters
from chalicelib.ports.nodes import ContainerState

KEPT = 256 * 1024
NO_LIMIT = 1 << 60
"""What the first version of control groups says in place of no limit is beyond it."""

_PROGRAM = r"""
function first(file,  line) {
  line = ""; getline line < file; close(file); return line
}
function named(file, name,  line, part, found) {
  found = 0
  while ((getline line < file) > 0) {
    split(line, part, " ")
    if (part[1] == name) found = part[2]
  }
  close(file); return found
}
{
  group = ""; split("", path)
  file = "/proc/" $2 "/cgroup"
  while ((getline line < file) > 0) {
    split(line, part, ":")
    count = split(part[2], controllers, ",")
    for (i = 1; i <= count; i++) path[controllers[i]] = part[3]
    if (part[2] == "") group = "/sys/fs/cgroup" part[3]
  }
  close(file)
  read = written = 0
  if ("memory" in path) {
    memory = "/sys/fs/cgroup/memory" path["memory"]
    cpu = first("/sys/fs/cgroup/cpuacct" path["cpuacct"] "/cpuacct.usage")
    used = first(memory "/memory.usage_in_bytes"); limit = first(memory "/memory.limit_in_bytes")
    cache = named(memory "/memory.stat", "total_inactive_file")
    pids = first("/sys/fs/cgroup/pids" path["pids"] "/pids.current")
    file = "/sys/fs/cgroup/blkio" path["blkio"] "/blkio.throttle.io_service_bytes_recursive"
    while ((getline line < file) > 0) {
      split(line, part, " ")
      if (part[2] == "Read") read += part[3]
      if (part[2] == "Write") written += part[3]
    }
  } else {
    cpu = named(group "/cpu.stat", "usage_usec") "000"
    used = first(group "/memory.current"); limit = first(group "/memory.max")
    cache = named(group "/memory.stat", "inactive_file")
    pids = first(group "/pids.current")
    file = group "/io.stat"
    while ((getline line < file) > 0) {
      count = split(line, part, /[ =]/)
      for (i = 2; i < count; i++) {
        if (part[i] == "rbytes") read += part[i + 1]
        if (part[i] == "wbytes") written += part[i + 1]
      }
    }
  }
  close(file)
  received = sent = 0
  file = "/proc/" $2 "/net/dev"
  while ((getline line < file) > 0)
    if (line ~ /:/ && line !~ /^ *lo:/) {
      sub(/^[^:]*:/, "", line); split(line, part, " ")
      received += part[1]; sent += part[9]
    }
  close(file)
  if (used != "") {
    printf "%s %s %s %s %s %s ", $1, cpu, used, cache, limit, pids
    printf "%.0f %.0f %.0f %.0f\n", received, sent, read, written
  }
}
"""
_END = "end"
SCRIPT = f"""\
awk '{_PROGRAM}' 2>/dev/null
echo {_END}"""


def ask(containers: Iterable[ContainerState]) -> bytes:
    """Return what the script reads: each container that has a process."""
    return "".join(f"{one.id} {one.pid}\n" for one in containers if one.pid).encode()


def read(answer: str) -> dict[str, Counters]:
    """Read what the script told. Raises ValueError for anything else."""
    *lines, last = answer.splitlines() or [""]
    if last != _END:
        raise ValueError(answer)
    return dict(_counters(line.split(" ")) for line in lines)


def _counters(told: list[str]) -> tuple[str, Counters]:
    container, cpu, used, cache, limit, pids, rx, tx, read, written = told
    most = 0 if limit == "max" else int(limit)
    return container, Counters(
        cpu_nanoseconds=int(cpu),
        memory_bytes=max(int(used) - int(cache), 0),
        memory_limit_bytes=most if most < NO_LIMIT else 0,
        pids=int(pids),
        rx_bytes=int(rx),
        tx_bytes=int(tx),
        read_bytes=int(read),
        written_bytes=int(written),
    )
