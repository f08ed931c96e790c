"""Which ports of apps a server lets in from outside: those of apps with direct access alone.

A file on the server names an app's ports, and the firewall there reads all of them, after a reboot
too. A server that its owner brought has no firewall of Hoster's: nothing is opened or closed there.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Sequence
from typing import Any

from chalicelib.domain.errors import Contended, NotReady, Stale
from chalicelib.domain.node_firewall import CHANGED, OPENED, SCRIPT_PATH
from chalicelib.ports.nodes import Node
from chalicelib.ports.records import Record
from chalicelib.services.deployments.routes import direct_url
from chalicelib.services.nodes.residents import unless_moved
from chalicelib.services.tools import Tools

APPLIED = "direct_applied"
"""What of the switch of an app its server was told of last."""

_SET = """\
set -e
grep -qs {folder} {script} || {{ echo {unruled}; exit 0; }}
told=$(cat)
mkdir -p {folder}
exec 8>>{folder}/.lock
flock -w 20 8
printf '%s\\n' "$told" | while read -r app ports; do
  [ -n "$app" ] || continue
  file={folder}/$app
  there=$(cat "$file" 2>/dev/null || true)
  wanted=$(printf '%s\\n' $ports)
  [ "$wanted" != "$there" ] || continue
  touch {folder}/{changed}
  if [ -z "$wanted" ]; then rm -f "$file"; continue; fi
  printf '%s\\n' "$wanted" >{folder}/.new
  mv {folder}/.new "$file"
done
if [ -e {folder}/{changed} ]; then
  {script}
  rm -f {folder}/{changed}
fi
"""
"""One at a time; the mark stays until the firewall has read what was changed, whoever does."""
_UNRULED = "unruled"
"""What is said where no firewall reads the files: on a brought server, or one of before them."""
TRIES = 3


def wanted_ports(deployment: Record) -> tuple[str, ...]:
    """The ports of an app that are to be open, as the firewall names them."""
    if not _is_on(deployment):
        return ()
    ports = deployment.attributes.get("ports") or ()
    return tuple(sorted(f"{p['host_port']}/{p['protocol']}" for p in ports if p["host_port"]))


def open_ports(node: Node, deployment: Record) -> None:
    """Have the app's ports open that are to be, and no other one of its."""
    _set(node, [(deployment.id, wanted_ports(deployment))])


def close_ports(node: Node, deployment: Record) -> None:
    """Have no port of the app open."""
    _set(node, [(deployment.id, ())])


def _set(node: Node, wanted: Iterable[tuple[str, tuple[str, ...]]]) -> bool:
    """Write which ports are open; tells whether a firewall is there that follows.

    Raises `NotReady` where it does not take its rules: a failure of a moment is tried again.
    """
    script = script_of(SCRIPT_PATH, OPENED)
    lines = "".join(" ".join((app, *ports)) + "\n" for app, ports in wanted)
    done = node.run(f"sh -c {shlex.quote(script)}", stdin=lines)
    if done.status:
        raise NotReady(f"The server's firewall refused its rules: {done.stderr[-300:].strip()}")
    return done.stdout.strip() != _UNRULED


def script_of(firewall: str, folder: str) -> str:
    """The script that writes what its input tells, and has the firewall read it."""
    return _SET.format(script=firewall, folder=folder, changed=CHANGED, unruled=_UNRULED)


def applied(deployment: Record, node: Record | None) -> dict[str, Any]:
    """What is written of an app whose ports are open as they are to be."""
    opened = _is_on(deployment)
    return {"direct_url": direct_url(deployment, node) if node else None, APPLIED: opened}


def follow_switches(
    tools: Tools, node: Node, home: Record, apps: Sequence[Record], opened: frozenset[str] | None
) -> None:
    """Open and close the ports of running apps whose switch was turned since, and say so.

    `opened` is what the server has files of, None where that is not known: what differs from the
    records is put right, such as a file of an app that does not run there any more. Raises
    `NotReady` where the firewall does not take its rules; another look tries again.
    """
    turned = [app for app in apps if _is_on(app) != bool(app.attributes.get(APPLIED))]
    if turned:
        follows = _set(node, [(app.id, wanted_ports(app)) for app in turned])
        for app in turned:
            _note(tools, node, home, app, follows=follows)
    if opened:
        _put_right(tools, node, home, apps, opened.difference(app.id for app in turned))
    for app in apps:
        if opened is not None and app not in turned and wanted_ports(app) and app.id not in opened:
            _set_as_recorded(tools, node, home, app.id)


def _is_on(app: Record) -> bool:
    return bool(app.attributes.get("direct_access"))


def _note(tools: Tools, node: Node, home: Record, app: Record, *, follows: bool) -> None:
    """Write that an app's switch is followed; one that changed meanwhile has its say first."""
    found = applied(app, home)
    change = unless_moved(app, attributes=found)
    name = "direct_access_opened" if found[APPLIED] else "direct_access_closed"
    told = (tools.told(app, name, "hoster"),) if follows else ()
    try:
        tools.records().commit(change, *told)
    except Stale:
        _set_as_recorded(tools, node, home, app.id)
    except Contended:
        return


def _put_right(
    tools: Tools, node: Node, home: Record, apps: Sequence[Record], opened: frozenset[str]
) -> None:
    """Close what is open and is not to be; what is being worked on is left to that work."""
    kept = {app.id for app in apps if wanted_ports(app)}
    strays = tuple(sorted(opened - kept - {CHANGED}))
    found = tools.records().get_many(strays) if strays else {}
    for stray in strays:
        if stray not in found or found[stray].work is None:
            _set_as_recorded(tools, node, home, stray)
    if CHANGED in opened:
        _set(node, ())


def _set_as_recorded(tools: Tools, node: Node, home: Record, app: str) -> None:
    """Have open what an app's record wants there, until it stays as it was read."""
    found = tools.records().get(app)
    for _ in range(TRIES):
        _set(node, [(app, _wanted_there(home, found))])
        before, found = found, tools.records().get(app)
        if before == found:
            return


def _wanted_there(home: Record, app: Record | None) -> tuple[str, ...]:
    """What of an app is to be open on a server: nothing where it does not run, or not there."""
    if app is None or app.status != "running":
        return ()
    lives = app.node or app.attributes.get("node_id")
    return wanted_ports(app) if lives == home.id else ()
