"""A new server is closed and set: its firewall, its sshd, its Docker."""

from __future__ import annotations

import json

from chalicelib.domain import node_firewall
from chalicelib.domain.errors import DockerUnavailable, NotSecured, RefusedByProvider
from chalicelib.domain.names_on_node import ROOT
from chalicelib.domain.server_settings import (
    DAEMON_PATH,
    DAEMON_TOLD,
    SSHD_PATH,
    daemon_faults,
    daemon_over,
    sshd_faults,
    sshd_text,
)
from chalicelib.ports.nodes import Node
from chalicelib.ports.records import Record
from chalicelib.services.provisions.readying import login
from chalicelib.services.tools import Tools

START_FIREWALL = (
    "{ ! command -v ufw >/dev/null || ufw --force disable; }"
    f" && {node_firewall.SCRIPT_PATH} && mkdir -p {ROOT}"
    " && { ! test -d /run/systemd/system || systemctl daemon-reload; }"
)
RELOAD_SSHD = "{ systemctl reload ssh 2>/dev/null || pkill -HUP -o -x sshd; }"
SSHD_CONFIG = "/etc/ssh/sshd_config"
INCLUDE = "Include /etc/ssh/sshd_config.d/*.conf"
USE_SSHD_SETTINGS = (
    f"{{ grep -qxF '{INCLUDE}' {SSHD_CONFIG} || sed -i '1i {INCLUDE}' {SSHD_CONFIG}; }}"
    f" && sshd -t && {RELOAD_SSHD}"
)
RESTART_DOCKER = """\
old=$(pgrep -o -x dockerd)
if test -d /run/systemd/system; then systemctl restart docker; else
  kill "$old" && while kill -0 "$old" 2>/dev/null; do sleep 0.1; done
fi
for _ in $(seq 100); do docker info >/dev/null 2>&1 && exit 0; sleep 0.2; done
exit 1
"""


def firewall_script(provision: Record) -> str:
    """The rules of this server."""
    return node_firewall.script(web=bool(provision.attributes.get("open_web_ports")))


def secure(tools: Tools, provision: Record) -> None:
    """Set the firewall, sshd and Docker as they are to be, before the first app, and for good.

    A firewall of the image's own (ufw) is switched off: ours closes what it would, and it would
    keep apps from being reached.
    """
    with tools.connect()(login(tools, provision)) as node:
        node.write_file(node_firewall.SCRIPT_PATH, firewall_script(provision), mode=0o755)
        node.write_file(node_firewall.DROP_IN_PATH, node_firewall.DROP_IN)
        done = node.run(START_FIREWALL)
        if done.status:
            detail = f"The server's firewall refused its rules: {done.stderr[-300:]}"
            raise RefusedByProvider(detail)
        _settle_sshd(node)
        known = tools.settings()
        _settle_docker(node, known.registry_mirror, known.plain_registries)


def _settle_sshd(node: Node) -> None:
    if not sshd_faults(node.run("sshd -T").stdout):
        return
    node.write_file(SSHD_PATH, sshd_text())
    done = node.run(USE_SSHD_SETTINGS)
    if done.status:
        raise NotSecured(f"sshd does not take its settings: {done.stderr[-300:]}")


def _settle_docker(node: Node, mirror: str, plain: tuple[str, ...]) -> None:
    """Write Docker's settings over those of the image and have it start with them."""
    told = node.run(f"docker info --format '{DAEMON_TOLD}'").stdout
    there = node.run(f"cat {DAEMON_PATH} 2>/dev/null || true").stdout
    if not daemon_faults(told, there, mirror):
        return
    node.write_file(DAEMON_PATH, json.dumps(daemon_over(there, mirror, plain)))
    if node.run(RESTART_DOCKER).status:
        raise DockerUnavailable("Docker does not answer with the settings that it was given.")
