"""How a user of a server becomes root there: being root, by sudo, or through the group docker.

Whoever may use the Docker Engine is root by it: a container that shares the machine's processes
may enter what the first of them sees, with the capabilities that this takes and no others. It is
made of an image that holds `nsenter` from the server itself and nothing else, so that nothing is
downloaded for it.
"""

from __future__ import annotations

import shlex
from typing import Literal

Way = Literal["root", "sudo", "docker"]

IMAGE = "hoster-root:1"
FAILED_TO_RUN = 125
"""The status of `docker run` when it is not the command that failed."""

_MAKE = f"""\
docker image inspect {IMAGE} >/dev/null 2>&1 || {{
  enter=$(command -v nsenter) &&
  tar -chf - "$enter" $(ldd "$enter" | grep -o '/[^ )]*') 2>/dev/null |
  docker import - {IMAGE} >/dev/null
}}"""

_RUN = (
    "docker run --rm -i --pid=host --network=host --log-driver=none --cap-add=SYS_ADMIN"
    " --cap-add=SYS_PTRACE --security-opt=seccomp=unconfined --security-opt=apparmor=unconfined"
    " --security-opt=label=disable"
)
_ENTER = "nsenter -t 1 -m -u -i -n -p --"
_LEAVE = """\
groups=/sys/fs/cgroup
if [ -e $groups/cgroup.controllers ]; then
  mkdir -p $groups/hoster; echo $$ >$groups/hoster/cgroup.procs
else
  for one in $groups/*/; do echo $$ >$one/cgroup.procs; done
fi 2>/dev/null
exec """
"""Leaves the container's control groups, with which all that runs in them is killed."""


def find(docker_socket: str) -> str:
    """Return a script that tells how its user becomes root, and makes ready for it.

    It prints `sudo` for a user who can do neither.
    """
    socket = shlex.quote(docker_socket)
    return f"""\
if sudo -n true 2>/dev/null; then echo sudo
elif [ -w {socket} ] || id -nG | tr ' ' '\\n' | grep -qx docker; then
export DOCKER_HOST=unix://{socket}
{_MAKE}
echo docker
else echo sudo; fi"""


def as_root(way: Way, command: str, docker_host: str) -> str:
    """Return a command as the user must give it for it to run as root.

    `docker_host` is the address of a Docker Engine that is elsewhere than usual, or empty.
    """
    environment = f"env DOCKER_HOST={shlex.quote(docker_host)} " if docker_host else ""
    match way:
        case "root":
            return f"{environment}{command}"
        case "sudo":
            return f"sudo -n -- {environment}{command}"
        case "docker":
            inside = shlex.quote(f"{_LEAVE}{environment}{command}")
            return f"{environment}{_RUN} {IMAGE} {_ENTER} sh -c {inside}"
