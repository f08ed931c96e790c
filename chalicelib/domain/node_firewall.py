"""The rules on a server that cut containers off from what is not theirs.

Docker keeps the networks of apps apart. What it leaves open is the way out to the provider's
metadata address and the way in to the server itself.
"""

from __future__ import annotations

from chalicelib.domain.host_ports import FIRST_PORT, LAST_PORT

SCRIPT_PATH = "/usr/local/sbin/hoster-firewall"
DROP_IN_PATH = "/etc/systemd/system/docker.service.d/10-hoster-firewall.conf"

DROP_IN = f"[Service]\nExecStartPre={SCRIPT_PATH}\n"
"""Docker starts no container, after a reboot neither, before the rules stand."""

SCRIPT = f"""\
#!/bin/sh
# Cuts containers off from the provider's metadata address and from this server itself.
# It may run again at any time: a rule that stands is left alone, others go before all that stand.
set -e
first() {{
  tool=$1
  shift
  "$tool" -w -C "$@" 2>/dev/null || "$tool" -w -I "$@"
}}

iptables -w -N DOCKER-USER 2>/dev/null || true
first iptables DOCKER-USER -d 169.254.0.0/16 -j DROP
# Answers pass, and so does an app that asks for its own published port.
for link in docker0 br-+; do
  first iptables INPUT -i "$link" -j DROP
  first iptables INPUT -i "$link" -p udp --dport {FIRST_PORT}:{LAST_PORT} -j ACCEPT
  first iptables INPUT -i "$link" -p tcp --dport {FIRST_PORT}:{LAST_PORT} -j ACCEPT
  first iptables INPUT -i "$link" -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT
done
# Networks of apps have no IPv6, and a container that gives itself an address of it leads nowhere.
if [ -e /proc/net/if_inet6 ]; then
  for link in docker0 br-+; do
    first ip6tables INPUT -i "$link" -j DROP
    first ip6tables FORWARD -i "$link" -j DROP
  done
fi
"""
