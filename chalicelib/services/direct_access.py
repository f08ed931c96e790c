"""Which ports of apps a server lets in from outside: those of apps with direct access alone.

A file on the server names an app's ports, and the firewall there reads all of them, after a reboot
too. A server that its owner brought has no firewall of Hoster's: nothing is opened or closed there.
"""

from __future__ import annotations

import contextlib
import shlex
from collections.abc import Iterable
from typing import Any

from chalicelib.domain.errors import Contended, RefusedByProvider, Stale
from chalicelib.domain.node_firewall import OPENED, SCRIPT_PATH
from chalicelib.ports.nodes import Node
from chalicelib.ports.records import Record
from chalicelib.services.residents import unless_moved
from chalicelib.services.routes import direct_url
from chalicelib.services.tools import Tools

APPLIED = "direct_applied"
"""What of the switch of an app its server was told of last."""

_SET = """\
set -e
test -x {script} || exit 0
mkdir -p {folder}
changed=
while read -r app ports; do
  file={folder}/$app
  there=$(cat "$file" 2>/dev/null || true)
  wanted=$(printf '%s\\n' $ports)
  [ "$wanted" != "$there" ] || continue
  changed=yes
  if [ -z "$wanted" ]; then rm -f "$file"; continue; fi
  printf '%s\\n' "$wanted" >{folder}/.new
  mv {folder}/.new "$file"
done
[ -z "$changed" ] || {script}
"""


def wanted_ports(deployment: Record) -> tuple[str, ...]:
    """The ports of an app that are to be open, as the firewall names them."""
    if not deployment.attributes.get("direct_access"):
        return ()
    ports = deployment.attributes.get("ports") or ()
    return tuple(sorted(f"{p['host_port']}/{p['protocol']}" for p in ports if p["host_port"]))


def open_ports(node: Node, deployment: Record) -> None:
    """Have the app's ports open that are to be, and no other one of its."""
    _set(node, [(deployment.id, wanted_ports(deployment))])


def close_ports(node: Node, deployment: Record) -> None:
    """Have no port of the app open."""
    _set(node, [(deployment.id, ())])


def _set(node: Node, wanted: Iterable[tuple[str, tuple[str, ...]]]) -> None:
    script = _SET.format(script=SCRIPT_PATH, folder=OPENED)
    lines = "".join(" ".join((app, *ports)) + "\n" for app, ports in wanted)
    done = node.run(f"sh -c {shlex.quote(script)}", stdin=lines)
    if done.status:
        detail = f"The server's firewall refused its rules: {done.stderr[-300:]}"
        raise RefusedByProvider(detail)


def applied(deployment: Record, node: Record | None) -> dict[str, Any]:
    """What is written of an app whose ports are open as they are to be."""
    opened = bool(deployment.attributes.get("direct_access"))
    return {"direct_url": direct_url(deployment, node) if node else None, APPLIED: opened}


def follow_switches(tools: Tools, node: Node, home: Record, apps: Iterable[Record]) -> None:
    """Open and close the ports of running apps whose switch was turned since, and say so.

    An app that changed meanwhile is left to whoever changed it.
    """
    turned = [
        app
        for app in apps
        if bool(app.attributes.get("direct_access")) != bool(app.attributes.get(APPLIED))
    ]
    if not turned:
        return
    _set(node, [(app.id, wanted_ports(app)) for app in turned])
    for app in turned:
        found = applied(app, home)
        change = unless_moved(app, attributes=found)
        name = "direct_access_opened" if found[APPLIED] else "direct_access_closed"
        with contextlib.suppress(Stale, Contended):
            tools.records().commit(change, tools.told(app, name, "hoster"))
