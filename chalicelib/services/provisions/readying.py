"""A server that has come up is made ready: its host key, its Docker, its node."""

from __future__ import annotations

import contextlib
from dataclasses import replace

from chalicelib.domain.capabilities import PROBE, capabilities_of
from chalicelib.domain.errors import (
    HostKeyChanged,
    HostUnreachable,
    LoginRefused,
    NotReady,
    RefusedByProvider,
)
from chalicelib.domain.host_keys import fingerprint
from chalicelib.ports.nodes import Login, Node
from chalicelib.ports.records import Count, Create, Record, Write
from chalicelib.services.counters import total_key
from chalicelib.services.provisions.provisions import changed
from chalicelib.services.secrets import logins
from chalicelib.services.throwaways import FOR_PROOF, for_proof
from chalicelib.services.tools import Tools
from chalicelib.services.work.work import end_work


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


def ssh_state(tools: Tools, provision: Record) -> str:
    """Log in to the server; returns what is awaited, empty once it lets Hoster in.

    A refused key is waited for: it is being planted. A server that an earlier try told of its new
    host key may show that one already.
    """
    current, address = login(tools, provision), provision.attributes["public_ip"]
    following = provision.attributes.get("next_host_key")
    try:
        try:
            return _enter(tools, current)
        except HostKeyChanged:
            if following is None:
                raise
            return _enter(tools, replace(current, host_key=following))
    except HostUnreachable:
        return f"Waiting for {address} to answer SSH."
    except LoginRefused:
        return f"Waiting for {address} to accept the key that was planted there."


def _enter(tools: Tools, into: Login) -> str:
    with tools.connect()(into) as node:
        return "" if node.run("true").status == 0 else f"Waiting for {into.host} to run commands."


NEXT_KEY = "/etc/ssh/hoster_host_ed25519_key"
USE_NEXT_KEY = (
    f"printf 'HostKey {NEXT_KEY}\\n' > /etc/ssh/sshd_config.d/05-hoster-host-key.conf"
    " && sshd -t && (systemctl reload ssh 2>/dev/null || pkill -HUP -o -x sshd);"
    # sshd shows its new key a moment later; to ask for it here is sooner than to come again.
    " for _ in $(seq 20); do ssh-keyscan -t ed25519 127.0.0.1 2>/dev/null"
    f" | grep -qF \"$(cut -d' ' -f2 {NEXT_KEY}.pub)\" && break; sleep 0.1; done"
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
        server = provision.attributes["provider_instance_id"]
        changed(tools, provision, next_host_key=made, rekeyed_server=server)
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
    "set -e; export DEBIAN_FRONTEND=noninteractive;"
    # Images install things of their own at their first start, and hold apt's lists meanwhile.
    " for i in $(seq 60); do apt-get update -q && break; test $i -lt 60; sleep 5; done;"
    " apt-get install -y -q --no-install-recommends -o DPkg::Lock::Timeout=300"
    " docker.io iptables curl"
)
IS_DEBIAN = "command -v apt-get"
START_DOCKER = "! test -d /run/systemd/system || systemctl start docker"


def docker_state(tools: Tools, provision: Record) -> str:
    """Install Docker where the image lacks it; returns what is awaited, empty when it answers.

    Raises `RefusedByProvider` with the end of the installation's output, and for an image that is
    neither Debian nor Ubuntu.
    """
    with tools.connect()(login(tools, provision)) as node:
        if node.facts().docker_version:
            return ""
        if node.run("command -v dockerd").status == 0:
            node.run(START_DOCKER)
            return "Waiting for Docker to answer."
        if node.run(IS_DEBIAN).status:
            raise RefusedByProvider("Docker is missing, and can be installed on Debian and Ubuntu.")
        # What failed in an earlier generation is tried again.
        name = f"install-docker-{provision.generation}"
        node.start_job(name, INSTALL_DOCKER)
        job = node.job_state(name)
    if job.state == "failed":
        raise RefusedByProvider(f"Docker could not be installed: {job.tail[-300:]}")
    return "Installing Docker."


def node_id_of(provision: Record) -> str:
    """The id of the node that a server becomes."""
    known = provision.attributes.get("node_id")
    return str(known or "node_" + provision.id.removeprefix("prov_"))


def register_node(tools: Tools, provision: Record) -> None:
    """Read what the server has, make its node, and end the work in `ready`."""
    with tools.connect()(login(tools, provision)) as node:
        facts, probed = node.facts(), node.run(PROBE).stdout
    can = capabilities_of(probed, cpu_cores=facts.cpu_cores, memory_mb=facts.memory_mb)
    now, attributes = tools.now(), provision.attributes
    node_id = node_id_of(provision)
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
            "host_key_fingerprint": fingerprint(attributes["host_key"]),
            "public": False,
            "capabilities": can,
            "capacity_cpu_cores": facts.cpu_cores,
            "capacity_memory_mb": facts.memory_mb,
            "capacity_disk_mb": facts.disk_mb,
            "docker_version": facts.docker_version,
            "location": attributes["region"],
            "provider_type": attributes["provider"],
            "provision_id": provision.id,
            FOR_PROOF: for_proof(provision),
            "last_health_check": now,
            "last_seen_at": now,
            "encrypted_hop": True,
            "door_until": attributes.get("door_until"),
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
