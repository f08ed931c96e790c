"""A server that has come up is made ready: its host key, Docker, its firewall, its node."""

from __future__ import annotations

import contextlib
from dataclasses import replace

from chalicelib.domain import node_firewall
from chalicelib.domain.errors import (
    HostKeyChanged,
    HostUnreachable,
    LoginRefused,
    NotReady,
    RefusedByProvider,
)
from chalicelib.domain.names_on_node import ROOT
from chalicelib.ports.nodes import Login, Node
from chalicelib.ports.records import Count, Create, Record, Write
from chalicelib.services import logins
from chalicelib.services.counters import total_key
from chalicelib.services.provisions import changed
from chalicelib.services.tools import Tools
from chalicelib.services.work import end_work


def login(tools: Tools, provision: Record) -> Login:
    """The login of a server that is being made ready."""
    return Login(
        host=provision.attributes["public_ip"],
        port=22,
        user=provision.attributes.get("ssh_user") or "root",
        private_key=logins.private_key(
            tools, provision.attributes["ssh_key_id"], owner=provision.owner
        ),
        host_key=provision.attributes["host_key"],
    )


def answers_ssh(tools: Tools, provision: Record) -> bool:
    """Whether the server lets Hoster in. A refused key counts as not yet: it is being planted."""
    try:
        with tools.connect()(login(tools, provision)) as node:
            return node.run("true").status == 0
    except (HostUnreachable, LoginRefused):
        return False


NEXT_KEY = "/etc/ssh/hoster_host_ed25519_key"
USE_NEXT_KEY = (
    f"printf 'HostKey {NEXT_KEY}\\n' > /etc/ssh/sshd_config.d/05-hoster-host-key.conf"
    " && sshd -t && (systemctl reload ssh 2>/dev/null || pkill -HUP -o -x sshd)"
)


def replace_host_key(tools: Tools, provision: Record) -> None:
    """Make a new host key on the server and pin it; the planted one served once.

    The new key is recorded before sshd uses it, so that a repeat after a crash knows both. It asks
    for the new one first: told again, sshd would answer nobody for a moment again.
    """
    current = login(tools, provision)
    following = provision.attributes.get("next_host_key")
    if following is None:
        following = _tell_of_new_key(tools, provision, current)
    elif not _shows(tools, current, following):
        with contextlib.suppress(HostKeyChanged):  # it took the new key between the two looks
            _tell_of_new_key(tools, provision, current)
    if not _shows(tools, current, following):
        # sshd takes its new key a moment after it was told to; nothing is sent to it until then.
        raise NotReady("The server does not show its new host key yet.")
    changed(tools, provision, host_key=following, next_host_key=following)


def _tell_of_new_key(tools: Tools, provision: Record, current: Login) -> str:
    with tools.connect()(current) as node:
        made = _make_host_key(node)
        changed(tools, provision, next_host_key=made)
        node.run(USE_NEXT_KEY)
    return made


def _shows(tools: Tools, current: Login, host_key: str) -> bool:
    """Whether the server's host key is this one."""
    try:
        with tools.connect()(replace(current, host_key=host_key)):
            return True
    except HostKeyChanged:
        return False


def _make_host_key(node: Node) -> str:
    script = f"test -s {NEXT_KEY} || ssh-keygen -q -t ed25519 -N '' -C '' -f {NEXT_KEY}"
    done = node.run(f"{script}; cat {NEXT_KEY}.pub")
    return " ".join(done.stdout.split()[:2])


INSTALL_DOCKER = (
    "set -e; export DEBIAN_FRONTEND=noninteractive; apt-get update -q;"
    " apt-get install -y -q --no-install-recommends docker.io iptables curl"
)


def docker_state(tools: Tools, provision: Record) -> str:
    """Install Docker where the image lacks it; returns what is awaited, empty when it answers.

    Raises `CommandFailed` through the job's outcome with the end of its output.
    """
    with tools.connect()(login(tools, provision)) as node:
        if node.facts().docker_version:
            return ""
        if node.run("command -v dockerd").status == 0:
            return "Waiting for Docker to answer."
        node.start_job("install-docker", INSTALL_DOCKER)
        job = node.job_state("install-docker")
    if job.state == "failed":
        raise RefusedByProvider(f"Docker could not be installed: {job.tail[-300:]}")
    return "Installing Docker."


def secure(tools: Tools, provision: Record) -> None:
    """Cut containers off from what is not theirs, before the first one runs, and for good."""
    with tools.connect()(login(tools, provision)) as node:
        node.write_file(node_firewall.SCRIPT_PATH, node_firewall.SCRIPT, mode=0o755)
        node.write_file(node_firewall.DROP_IN_PATH, node_firewall.DROP_IN)
        done = node.run(START_FIREWALL)
    if done.status:
        raise RefusedByProvider(f"The server's firewall refused its rules: {done.stderr[-300:]}")


START_FIREWALL = (
    f"{node_firewall.SCRIPT_PATH} && mkdir -p {ROOT} && {{ ! test -d /run/systemd/system"
    " || systemctl daemon-reload; }"
)


def register_node(tools: Tools, provision: Record) -> None:
    """Read what the server has, make its node, and end the work in `ready`."""
    with tools.connect()(login(tools, provision)) as node:
        facts = node.facts()
    now, attributes = tools.now(), provision.attributes
    node_id = attributes.get("node_id") or "node_" + provision.id.removeprefix("prov_")
    record = Record(
        id=node_id,
        type="nodes",
        owner=provision.owner,
        status="online",
        created_at=now,
        updated_at=now,
        health="healthy",
        attributes={
            "name": attributes["instance_name"],
            "ssh_host": attributes["public_ip"],
            "ssh_port": 22,
            "ssh_user": attributes.get("ssh_user") or "root",
            "ssh_key_id": attributes["ssh_key_id"],
            "host_key": attributes["host_key"],
            "public": False,
            "capabilities": ["standard"],
            "capacity_cpu_cores": facts.cpu_cores,
            "capacity_memory_mb": facts.memory_mb,
            "capacity_disk_mb": facts.disk_mb,
            "docker_version": facts.docker_version,
            "location": attributes["region"],
            "provider_type": attributes["provider"],
            "provision_id": provision.id,
            "last_health_check": now,
        },
    )
    fresh: tuple[Write, ...] = ()
    if tools.records().get(node_id) is None:
        fresh = (
            Create(record),
            Count(total_key("nodes", provision.owner), 1),
            tools.told(record, "created", "hoster", provision=provision.id),
        )
    end_work(
        tools,
        provision,
        status="ready",
        attributes={"node_id": node_id, "completed_at": now, "current_step": "ready"},
        extra=(*fresh, tools.told(provision, "ready", "hoster", node=node_id)),
    )
