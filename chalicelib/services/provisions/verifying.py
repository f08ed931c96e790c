"""A new server is looked at before apps may go there: what it does, not what it was told."""

from __future__ import annotations

from chalicelib.domain import node_firewall
from chalicelib.domain.errors import DockerUnavailable, NotSecured
from chalicelib.domain.server_settings import (
    DAEMON_PATH,
    DAEMON_TOLD,
    daemon_faults,
    sshd_faults,
)
from chalicelib.ports.nodes import Node
from chalicelib.ports.records import Record
from chalicelib.services.doors.doors import door_faults
from chalicelib.services.provisions.readying import login, node_id_of
from chalicelib.services.provisions.securing import firewall_script
from chalicelib.services.tools import Tools

METADATA = "169.254.169.254"
TRIED = "tried"
DOCKER_AWAY = "Cannot connect to the Docker daemon"

TRIAL = f"""\
set -e
end() {{ docker rm -f hoster-trial; docker image rm -f hoster-trial; }} >/dev/null 2>&1
trap end EXIT
end || true
parts="$(command -v bash) $(command -v timeout)"
{{ printf '%s\\n' $parts; ldd $parts | grep -o '/[^ :]*'; }} | sort -u |
  tar -chf - -C / -T - 2>/dev/null | docker import - hoster-trial >/dev/null
own=$(docker network inspect bridge -f '{{{{(index .IPAM.Config 0).Gateway}}}}')
docker run --rm --name hoster-trial --log-driver none --cap-drop ALL --memory 64m \\
  --pids-limit 64 hoster-trial bash -c '
    knock() {{ timeout 1 bash -c "exec 3<>/dev/tcp/$1/$2" 2>/dev/null && echo "$1 on port $2"; }}
    knock {METADATA} 80 & knock "$0" 22 & wait
    echo {TRIED}' "$own"
"""
"""Try as a container, of the server's own bash, what a container must not reach: no image is
needed, and what is let through is printed. Who is not answered within a second is shut out."""


def verify(tools: Tools, provision: Record) -> None:
    """Look at sshd, Docker, the firewall, what a container reaches, and the door from outside.

    Raises `NotSecured` with all that is wrong, and `DockerUnavailable`, which can pass.
    """
    with tools.connect()(login(tools, provision)) as node:
        faults = [
            *sshd_faults(node.run("sshd -T").stdout),
            *_daemon_faults(node, tools.settings().registry_mirror),
            *_firewall_faults(node, firewall_script(provision)),
            *_faults_of_a_container(node),
        ]
    faults += door_faults(tools, provision.attributes["public_ip"], node_id_of(provision))
    if faults:
        raise NotSecured(f"The server is not as it should be: {'; '.join(faults)}.")


def _daemon_faults(node: Node, mirror: str) -> list[str]:
    told = node.run(f"docker info --format '{DAEMON_TOLD}'")
    if told.status:
        raise DockerUnavailable(f"Docker does not answer: {told.stderr[-300:].strip()}")
    file = node.run(f"cat {DAEMON_PATH}")
    return daemon_faults(told.stdout, file.stdout, mirror)


def _firewall_faults(node: Node, script: str) -> list[str]:
    """By a script of our own: the one on the server may be another one."""
    done = node.run("sh -s check", stdin=script)
    if done.status:
        return [f"its firewall cannot be read: {done.stderr[-300:].strip()}"]
    kept = node.run(f"cat {node_firewall.SCRIPT_PATH} {node_firewall.DROP_IN_PATH}")
    left = [] if kept.stdout == script + node_firewall.DROP_IN else ["its firewall will not last"]
    return [*(f"its firewall: {line}" for line in done.stdout.splitlines()), *left]


def _faults_of_a_container(node: Node) -> list[str]:
    said = node.run(TRIAL)
    reached = said.stdout.splitlines()
    if DOCKER_AWAY in said.stderr:
        raise DockerUnavailable("Docker went away while a container was tried.")
    if TRIED not in reached:
        return [f"no container could be tried: {said.stderr[-300:].strip()}"]
    return [f"a container reaches {door}" for door in reached if door != TRIED]
