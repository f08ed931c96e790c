"""Servers at a provider: ordered, awaited and made ready."""

from __future__ import annotations

import contextlib
import json
from dataclasses import replace

from chalicelib.domain import clock, node_firewall
from chalicelib.domain.addresses import is_allowed
from chalicelib.domain.errors import (
    Gone,
    HostKeyChanged,
    HostUnreachable,
    InvalidCredential,
    LoginRefused,
    NoCapacity,
    NotReady,
    QuotaExceeded,
    RefusedByProvider,
    Throttled,
)
from chalicelib.domain.first_boot import user_data
from chalicelib.domain.names_on_node import ROOT
from chalicelib.ports.clouds import LAG_SECONDS, Cloud, Server, ServerOrder
from chalicelib.ports.nodes import Login, Node
from chalicelib.ports.records import Change, Count, Create, Record, Write
from chalicelib.services import logins, ssh_keys
from chalicelib.services.counters import total_key
from chalicelib.services.credentials import is_own
from chalicelib.services.tools import Tools
from chalicelib.services.work import end_work

OPEN_PORTS = ("22/tcp", "80/tcp", "443/tcp", "30000-39999/tcp", "30000-39999/udp")
LIVE = ("creating", "configuring", "ready", "failed", "pending", "destroying")


def tag_of(tools: Tools, provision: Record) -> str:
    """The tag that leads from a server back to the one record that it was made for."""
    return f"{tools.settings().installation}-{provision.id}"


def installation_tag(tools: Tools) -> str:
    """The tag of every server of this installation."""
    return f"hoster-{tools.settings().installation}"


def cloud_of(tools: Tools, provision: Record) -> Cloud:
    """Open the account that a provision's credential stands for."""
    credential = tools.records().get(provision.attributes["credential_id"])
    if credential is None or not is_own(credential, provision.owner):
        raise InvalidCredential("The credential of this server is gone; add it again.")
    text = tools.seal().open(
        credential.sealed["credentials"], record=credential.id, field="credentials"
    )
    region = str(provision.attributes.get("region") or "")
    return tools.cloud(credential.attributes["provider"], json.loads(text), region)


def changed(tools: Tools, provision: Record, *extra: Write, **fields: object) -> Record:
    """Write attributes of a provision in its generation; return it as it is after that."""
    status = fields.pop("status", None)
    sealed = fields.pop("sealed", {})
    change = Change(
        of=provision,
        status=str(status) if status else None,
        attributes=dict(fields),
        sealed=dict(sealed),  # type: ignore[call-overload]
        if_generation=provision.generation,
        if_working=True,
    )
    if not extra:
        return tools.records().change(change)
    tools.records().commit(change, *extra)
    return replace(
        provision,
        status=change.status or provision.status,
        attributes={**provision.attributes, **change.attributes},
    )


def prepare_keys(tools: Tools, provision: Record) -> None:
    """Make the login key and the planted host key, and record both before anything is ordered."""
    if provision.attributes.get("ssh_key_id"):
        if provision.status != "creating":
            changed(tools, provision, status="creating")
        return
    pair, host = ssh_keys.generate(), ssh_keys.generate()
    now, key_id = tools.now(), tools.new_id("sshkey_")
    seal = tools.seal()
    key = Record(
        id=key_id,
        type="ssh_keys",
        owner=provision.owner,
        status="active",
        created_at=now,
        updated_at=now,
        attributes={
            "name": f"cloud-{provision.attributes['instance_name']}",
            "public_key": pair.public,
            "fingerprint": pair.fingerprint,
            "key_type": pair.type,
            "provision_id": provision.id,
        },
        sealed={"private_key": seal.seal(pair.private, record=key_id, field="private_key")},
    )
    changed(
        tools,
        provision,
        Create(key),
        Count(total_key("ssh_keys", provision.owner), 1),
        tools.told(provision, "key_made", "hoster", fingerprint=pair.fingerprint),
        status="creating",
        ssh_key_id=key_id,
        tag=tag_of(tools, provision),
        host_key=host.public,
        sealed={"host_private": seal.seal(host.private, record=provision.id, field="host_private")},
    )


def create_server(tools: Tools, provision: Record) -> Server:
    """Order the server, or adopt the one that an earlier try made, found by its tag.

    The order is recorded before the provider is asked: what was never ordered needs no provider
    to be taken down.
    """
    cloud = cloud_of(tools, provision)
    found = [s for s in cloud.find(provision.attributes["tag"]) if s.state != "leaving"]
    server = found[0] if found else _ask_for_server(tools, provision, cloud)
    for extra in found[1:]:
        cloud.destroy(extra.id)
    changed(tools, provision, provider_instance_id=server.id, ssh_user=server.user)
    return server


def _ask_for_server(tools: Tools, provision: Record, cloud: Cloud) -> Server:
    """Order the server; a plain refusal is recorded as one, so that nothing is waited for."""
    attributes = provision.attributes
    is_doubtful = bool(attributes.get("ordered_at")) and not attributes.get("refused")
    provision = changed(tools, provision, ordered_at=tools.now(), refused=None)
    try:
        return cloud.create(_order(tools, provision))
    except (InvalidCredential, NoCapacity, QuotaExceeded, RefusedByProvider, Throttled):
        if not is_doubtful:
            changed(tools, provision, refused=True)
        raise


def _order(tools: Tools, provision: Record) -> ServerOrder:
    attributes = provision.attributes
    key = tools.records().get(attributes["ssh_key_id"])
    if key is None:
        raise LoginRefused("The server's SSH key is not stored any more.")
    host_private = tools.seal().open(
        provision.sealed["host_private"], record=provision.id, field="host_private"
    )
    return ServerOrder(
        name=attributes["instance_name"],
        region=attributes["region"],
        size=attributes["size"],
        tag=attributes["tag"],
        tags=(installation_tag(tools),),
        public_key=key.attributes["public_key"],
        user_data=user_data(
            host_private=host_private,
            host_public=attributes["host_key"],
            authorised=key.attributes["public_key"],
            mirror=tools.settings().registry_mirror,
        ),
        token=f"{attributes['tag']}-g{provision.generation}",
    )


def server_address(tools: Tools, provision: Record) -> str | None:
    """The server's address once it is active; None while it is being made.

    Raises `Gone` when the provider lost it, and does not merely lag behind the order, and
    `RefusedByProvider` for an address in which no node may be.
    """
    try:
        server = cloud_of(tools, provision).get(provision.attributes["provider_instance_id"])
    except Gone:
        ordered_at = provision.attributes.get("ordered_at")
        if ordered_at and clock.seconds_between(ordered_at, tools.now()) < LAG_SECONDS:
            return None
        raise
    if server.state != "active" or server.address is None:
        return None
    if not is_allowed(server.address, tools.settings().refused_networks):
        raise RefusedByProvider(f"The provider gave the address {server.address}, refused here.")
    changed(tools, provision, status="configuring", public_ip=server.address)
    return server.address


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


def open_firewall(tools: Tools, provision: Record) -> None:
    """Have the provider let in SSH, the web and the app ports, and nothing else."""
    cloud_of(tools, provision).open_firewall(
        provision.attributes["tag"], provision.attributes["tag"], OPEN_PORTS
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
