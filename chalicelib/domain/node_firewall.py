"""The rules on a server that Hoster makes: what may come in, and where containers may not go.

The provider's firewall is the first door; this is the second one, which also stands between the
server and its containers. Docker keeps the networks of apps apart. What it leaves open is the way
out to the provider's metadata address, the way in to the server itself, and every port that
somebody publishes.

The ports of apps are closed to all but the server's own door, through which the app proxy comes,
and to those of apps that are to be reached directly: a file for each says which they are. What the
door asks for begins on the server itself, where none of these rules stands.

The ports of apps are kept for apps too: a connection that goes out of the server would otherwise be
given one now and then, and hold it for as long as it lasts.
"""

from __future__ import annotations

from chalicelib.domain.doors import DOOR_PORT
from chalicelib.domain.host_ports import FIRST_PORT, LAST_PORT
from chalicelib.domain.names_on_node import ROOT

SCRIPT_PATH = "/usr/local/sbin/hoster-firewall"
DROP_IN_PATH = "/etc/systemd/system/docker.service.d/10-hoster-firewall.conf"

DROP_IN = f"[Service]\nExecStartPre={SCRIPT_PATH}\n"
"""Docker starts no container, after a reboot neither, before the rules stand."""

OPENED = f"{ROOT}/direct"
"""The folder of the files, one for each app, whose lines are ports as `30001/tcp`."""
CHANGED = ".changed"
"""In that folder while the firewall has not read what was changed there."""

WEB_PORTS = (80, 443)
_IN, _FORWARD = "HOSTER-IN", "HOSTER-FORWARD"
_KEPT_PATH = "/proc/sys/net/ipv4/ip_local_reserved_ports"
_KEPT = f"{FIRST_PORT}-{LAST_PORT}"
_LINKS = ("docker0", "br-+")
_BEGUN_OUTSIDE = "-m conntrack --ctstate DNAT --ctdir ORIGINAL"

_SCRIPT = """\
#!/bin/sh
# Lets in SSH{web}, Hoster's door, and of the ports of apps those alone that files in
# {opened} name. Cuts containers off from the provider's metadata address and from this
# server itself. No outgoing connection gets a port of apps. It may run again at any time: each
# chain is replaced whole.
# With the word "check" it changes nothing and prints what does not stand as it should.
set -e
opened() {{
  {{ cat {opened}/* 2>/dev/null || true; }} | grep -Ex '3[0-9]{{4}}/(tcp|udp)' | sort -u |
    while IFS=/ read -r port kind; do echo "$@" | sed "s/PORT/$port/g; s/KIND/$kind/g"; done
}}
rules_iptables() {{
  cat <<'RULES'
{leading}
RULES
  opened '{opens_in}'
  opened '{opens_forward}'
  cat <<'RULES'
{rules}
RULES
}}
rules_ip6tables() {{
  cat <<'RULES'
{rules_of_ipv6}
RULES
}}

first_of() {{ "$1" -w -S "$2" 2>/dev/null | grep '^-A' | head -n 1 || true; }}

lead() {{
  [ "$(first_of "$1" "$2")" = "-A $2 -j $3" ] || "$1" -w -I "$2" -j "$3"
}}

stand() {{
  {{ printf '*filter\\n:{into} - [0:0]\\n:{forward} - [0:0]\\n'; "rules_$1"; echo COMMIT; }} |
    "$1-restore" -w --noflush
  lead "$1" INPUT {into}
  lead "$1" "$2" {forward}
}}

check() {{
  "rules_$1" | while read -r _ chain rule; do
    "$1" -w -C "$chain" $rule 2>/dev/null || echo "$1 lacks $chain $rule"
  done
  for chain in {into} {forward}; do
    wanted=$("rules_$1" | grep -c -- "-A $chain " || true)
    there=$("$1" -w -S "$chain" 2>/dev/null | grep -c '^-A' || true)
    [ "$wanted" = "$there" ] || echo "$1 has $there rules in $chain, not $wanted"
  done
  [ "$(first_of "$1" INPUT)" = "-A INPUT -j {into}" ] || echo "$1 does not lead to {into} first"
  [ "$(first_of "$1" "$2")" = "-A $2 -j {forward}" ] || echo "$1 does not lead to {forward} first"
}}

if [ "$1" = check ]; then
  check iptables DOCKER-USER
  [ ! -e /proc/net/if_inet6 ] || check ip6tables FORWARD
  [ "$(cat {kept_path})" = {kept} ] || echo "ports {kept} are not kept for apps"
  if command -v ufw >/dev/null && ufw status | grep -q '^Status: active'; then echo "ufw is on"; fi
  exit 0
fi
exec 9>/run/hoster-firewall.lock
flock 9
echo {kept} > {kept_path}
iptables -w -N DOCKER-USER 2>/dev/null || true
stand iptables DOCKER-USER
# Networks of apps have no IPv6, and a container that gives itself an address of it leads nowhere.
[ ! -e /proc/net/if_inet6 ] || stand ip6tables FORWARD
"""


def script(*, web: bool) -> str:
    """Write the script that sets the rules; `web` lets in 80 and 443 beside the door."""
    ports = WEB_PORTS if web else ()
    return _SCRIPT.format(
        web=", 80, 443" if web else "",
        leading="\n".join((*_LEADING, *_forwarded(ports))),
        opens_in=f"-A {_IN} -p KIND -m KIND --dport PORT -j ACCEPT",
        opens_forward=f"-A {_FORWARD} -p KIND {_BEGUN_OUTSIDE} --ctorigdstport PORT -j RETURN",
        rules="\n".join((*_coming_in(ports), *_SHUT)),
        opened=OPENED,
        rules_of_ipv6="\n".join(_of_ipv6(ports)),
        into=_IN,
        forward=_FORWARD,
        kept=_KEPT,
        kept_path=_KEPT_PATH,
    )


_LEADING = (
    f"-A {_IN} -i lo -j ACCEPT",
    f"-A {_IN} -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT",
)
"""Answers pass."""
_SHUT = tuple(f"-A {_FORWARD} -p {kind} {_BEGUN_OUTSIDE} -j DROP" for kind in ("tcp", "udp"))
"""What is published is reached through the door, or where it is opened, or by nobody."""


def _coming_in(web: tuple[int, ...]) -> list[str]:
    """A container asks for what is opened as anybody does, and for nothing else of the server."""
    return [
        *(f"-A {_IN} -i {link} -j DROP" for link in _LINKS),
        f"-A {_IN} -p icmp -j ACCEPT",
        *(f"-A {_IN} -p tcp -m tcp --dport {port} -j ACCEPT" for port in (22, *web, DOOR_PORT)),
        f"-A {_IN} -j DROP",
    ]


def _forwarded(web: tuple[int, ...]) -> list[str]:
    return [
        f"-A {_FORWARD} -d 169.254.0.0/16 -j DROP",
        *(f"-A {_FORWARD} -p tcp {_BEGUN_OUTSIDE} --ctorigdstport {p} -j RETURN" for p in web),
    ]


def _of_ipv6(web: tuple[int, ...]) -> list[str]:
    """Apps are published on IPv4 alone; a server's own address may come by DHCP."""
    return [
        f"-A {_IN} -i lo -j ACCEPT",
        *(f"-A {_IN} -i {link} -j DROP" for link in _LINKS),
        f"-A {_IN} -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT",
        f"-A {_IN} -p ipv6-icmp -j ACCEPT",
        f"-A {_IN} -s fe80::/10 -p udp -m udp --dport 546 -j ACCEPT",
        *(f"-A {_IN} -p tcp -m tcp --dport {port} -j ACCEPT" for port in (22, *web)),
        f"-A {_IN} -j DROP",
        *(f"-A {_FORWARD} -i {link} -j DROP" for link in _LINKS),
    ]
