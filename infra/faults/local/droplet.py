"""What happens to a server: it stops answering, its Docker dies, its disk takes nothing more."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial

from infra.faults.cells import Fault

COMMAND_SECONDS = 60
DELIVERED = ("/var/lib/hoster", "/var/lib/docker/tmp")
"""Where a server's files are written: an app's config files, and images that are pulled."""
FULL = f"""
for folder in {" ".join(DELIVERED)}; do
  mkdir -p $folder; rm -rf /run/kept; cp -a $folder /run/kept
  mount -t tmpfs -o size=$(( $(du -sk /run/kept | cut -f1) + 8 ))k,mode=755 full $folder
  cp -a /run/kept/. $folder; head -c 1M /dev/zero >$folder/full
done 2>/dev/null
grep -q " $folder " /proc/mounts
"""
"""What is there stays readable; nothing more goes in."""
ROOM = "; ".join(f"umount -l {folder}" for folder in DELIVERED)
AWAY = "d=$(command -v dockerd); mv $d $d.away"
BACK = "d=$(command -v dockerd.away) && mv $d ${d%.away}"


@contextmanager
def broken(container: str, fault: Fault, *, away: bool) -> Iterator[None]:
    """Break a server for the time of a block; `away`: its Docker does not come back before that."""
    mend: Callable[[], object]
    if fault == "node_unreachable":
        _docker("pause", container)
        mend = partial(_docker, "unpause", container)
    elif fault == "docker_killed":
        if away:
            inside(container, AWAY)
        inside(container, "kill -9 $(cat /var/run/docker.pid)")
        mend = partial(_docker_back, container, away=away)
    else:
        inside(container, FULL)
        mend = partial(inside, container, ROOM)
    try:
        yield
    finally:
        with suppress(subprocess.CalledProcessError):  # whoever destroyed it, mended it
            mend()


def _docker_back(container: str, *, away: bool) -> None:
    """Have Docker answer again."""
    if away:
        inside(container, BACK)
    end = time.monotonic() + COMMAND_SECONDS
    while time.monotonic() < end:
        with suppress(subprocess.CalledProcessError):
            inside(container, "docker version >/dev/null")
            return
        time.sleep(0.3)


def inside(container: str, script: str) -> str:
    """Run a script as root in a server, past SSH. Raises `CalledProcessError`."""
    return _docker("exec", container, "sh", "-c", script)


def _docker(*arguments: str) -> str:
    done = subprocess.run(
        ["docker", *arguments], capture_output=True, text=True, check=True, timeout=COMMAND_SECONDS
    )
    return done.stdout
