"""The door of a node: what it is called, how long its certificates live, what it is.

The app proxy's way to a node with a door is TLS: the door asks for a certificate of the
installation's own authority, and the name that it is asked for says which port is wanted.
"""

from __future__ import annotations

import hashlib
import shlex
from datetime import timedelta

from chalicelib.domain import clock
from chalicelib.domain.names_on_node import RESERVED, ROOT

DOOR_PORT = 9443
DOMAIN = "nodes.hoster"
"""No name server knows it: names below it stand in certificates alone."""
AUTHORITY = "authority_of_nodes"
"""The id of the record that holds the installation's authority."""

AUTHORITY_DAYS, AUTHORITY_LEFT_DAYS = 3650, 1200
"""How long an authority lives, and with how much left the one that follows it is made."""
AUTHORITY_KNOWN_DAYS = 400
"""How long that one is believed before it issues: every door has got a certificate meanwhile, and
with it whom to believe. Those that the earlier one issued last end well before it does."""
NODE_DAYS, NODE_LEFT_DAYS = 397, 60
"""How long a door's certificate lives, and with how much left it is replaced."""
CLIENT_DAYS, CLIENT_LEFT_DAYS = 90, 30
"""The same of the certificate that the proxies show."""
PROBE_DAYS = 1
"""How long the certificate lives that a step shows."""
EARLY = timedelta(hours=1)
"""Certificates hold from so long before they are made: clocks differ."""

NAME = "hoster-door"
IMAGE = "haproxy:2.6"
LABEL = f"{RESERVED}door"
FOLDER = f"{ROOT}/door"
USER = 99
"""Who HAProxy is in its image."""

_CONFIG = f"""\
# Hoster's door: leads the app proxy to the port that the asked name begins with, and nobody else.
global
    maxconn 8000
    hard-stop-after 1h

defaults
    mode tcp
    retries 0
    option clitcpka
    option srvtcpka
    timeout connect 10s
    timeout client 1h
    timeout server 1h
    timeout client-fin 30s
    timeout server-fin 30s

frontend door
    bind :{DOOR_PORT} ssl crt /door/door.pem ca-file /door/authority.pem verify required\
 ssl-min-ver TLSv1.2
    tcp-request content reject unless {{{{ ssl_fc_sni -m reg ^3[0-9]{{{{4}}}}\\.{{name}}$ }}}}
    tcp-request content set-dst-port ssl_fc_sni,field(1,.)
    default_backend apps

backend apps
    server asked 0.0.0.0:0
"""


def name_of(node_id: str) -> str:
    """The name of a node in certificates."""
    return f"{node_id.lower().replace('_', '-')}.{DOMAIN}"


def names_of(node_id: str) -> str:
    """What a door's certificate is for: all names below its node's."""
    return f"*.{name_of(node_id)}"


def name_for(port: int, node_id: str) -> str:
    """The name that a port of a node is asked for by."""
    return f"{port}.{name_of(node_id)}"


def is_due(until: str | None, now: str, *, left_days: int) -> bool:
    """Whether a certificate is to be replaced: there is none, or it ends in a while."""
    if not until:
        return True
    return clock.moment_of(until) - clock.moment_of(now) < timedelta(days=left_days)


def config(node_id: str) -> str:
    """What HAProxy is told that is a node's door."""
    return _CONFIG.format(name=name_of(node_id).replace(".", r"\."))


def about(node_id: str, until: str, authority: str) -> str:
    """What lies beside a door's certificate, by which one sees whether it is as it should be."""
    text = hashlib.sha256(f"{config(node_id)}{authority}".encode()).hexdigest()
    return f"{text} {until}\n"


def until_of(there: str, node_id: str, authority: str) -> str | None:
    """Until when what lies on a node holds; None where it is not as it should be."""
    until = there.strip().rpartition(" ")[2]
    return until if until and there == about(node_id, until, authority) else None


def _run_command(*, labelled: str = "") -> str:
    """The command that has Docker run a door, with the label that tells one command from another.

    It has the server's network, since it leads to the address at which it was asked; and nothing
    else: no user of rights, no capability, no file but its own folder, which it cannot write.
    """
    words = [
        *("run", "--detach", "--name", NAME, "--label", f"{LABEL}={labelled}"),
        *("--network", "host", "--restart", "always", "--read-only", "--user", f"{USER}:{USER}"),
        *("--cap-drop", "ALL", "--security-opt", "no-new-privileges"),
        *("--memory", "512m", "--pids-limit", "256", "--ulimit", "nofile=20000:20000"),
        *("--log-driver", "json-file", "--log-opt", "max-size=1m", "--log-opt", "max-file=2"),
        *("--volume", f"{FOLDER}:/door:ro"),
        *(IMAGE, "haproxy", "-f", "/door/haproxy.cfg"),
    ]
    return shlex.join(words)


VERSION = hashlib.sha256(_run_command().encode()).hexdigest()[:16]
"""Changes with how a door is run."""

_TOLD = f'{{{{.State.Running}}}} {{{{index .Config.Labels "{LABEL}"}}}}'
_STAND = f"""\
chown -R {USER}:{USER} {FOLDER} && chmod 700 {FOLDER}
told=$({{docker}} inspect -f '{{told}}' {NAME} 2>/dev/null || true)
if [ "$told" = 'true {VERSION}' ]; then
  {{anew}}
else
  {{docker}} rm -f {NAME} >/dev/null 2>&1 || true
  {{docker}} {_run_command(labelled=VERSION)} >/dev/null
fi
for _ in $(seq 50); do
  grep -qi ':{DOOR_PORT:04X} 00000000:0000 0A ' /proc/net/tcp && exit 0
  sleep 0.1
done
{{docker}} logs --tail 5 {NAME} >&2
exit 1
"""
_GO = f"""\
{{docker}} rm -f {NAME} >/dev/null 2>&1 || true
rm -rf {FOLDER}
"""


def stand(docker: str, *, anew: bool) -> str:
    """The script that has a door run; `anew` has one that runs take its files anew, in flight."""
    again = f"{docker} kill -s USR2 {NAME} >/dev/null" if anew else ":"
    return "set -e\n" + _STAND.format(docker=docker, told=_TOLD, anew=again)


def go(docker: str) -> str:
    """The script that takes a door away."""
    return "set -e\n" + _GO.format(docker=docker)


def docker_at(socket: str) -> str:
    """The command that speaks to the Docker Engine of a socket."""
    return f"docker -H unix://{shlex.quote(socket)}"
