"""What a tenant's container tries on its server: addresses that it must not reach, and controls."""

from __future__ import annotations

from dataclasses import dataclass

from e2e.deploys.server import Server
from e2e.deploys.tenant import App, Tenant

KNOCK = "/etc/app/knock.pl"
SCRIPT = """\
# Says of each "host port" whether a connection is taken; all are tried at once.
use IO::Socket::IP;
for my $target (@ARGV) {
  next if fork;
  my ($host, $port) = split / /, $target;
  my $door = IO::Socket::IP->new(PeerHost => $host, PeerPort => $port, Timeout => 2);
  print "$target ", ($door ? "open" : "shut"), "\\n";
  exit;
}
1 while wait > 0;
"""
INTRUDER = """\
services:
  intruder:
    image: nginx:alpine
    ports: ["80"]
    sysctls: {net.ipv6.conf.all.disable_ipv6: "0", net.ipv6.conf.default.disable_ipv6: "0"}
"""
VICTIM = """\
services:
  vault: {image: "nginx:alpine", ports: ["80"]}
"""

METADATA = "169.254.169.254"
BESIDE = "198.51.100.2"
"""Another address of the machine that stands for the provider's metadata service."""

STAND_METADATA_UP = f"""\
set -e
if ! ip netns list | grep -q metadata; then
  ip netns add metadata
  ip link add meta0 type veth peer name meta1 netns metadata
fi
ip addr replace 198.51.100.1/24 dev meta0
ip link set meta0 up
ip route replace {METADATA} via {BESIDE}
mkdir -p /srv/metadata
echo secrets >/srv/metadata/index.html
ip netns exec metadata sh -c '
  ip addr replace {BESIDE}/24 dev meta1
  ip addr replace {METADATA}/32 dev meta1
  ip link set meta1 up
  ip route replace default via 198.51.100.1
  busybox httpd -p 80 -h /srv/metadata' || true
busybox httpd -p 8000 -h /srv/metadata || true
for link in /proc/sys/net/ipv6/conf/br-*; do echo 0 >$link/disable_ipv6; done
while ip -6 addr show tentative | grep -q fe80; do sleep 0.1; done
"""
"""A metadata service beyond the server, as a provider has it, and a page on the server itself."""


@dataclass(frozen=True)
class Intrusion:
    """A tenant's container with what it needs to knock, and somebody else's app on its server."""

    server: Server
    intruder: App
    victim: App

    def knock(self, *targets: str) -> dict[str, str]:
        """Try each "host port" from the intruder's container; `open` or `shut`."""
        said = self.intruder.inside(self.server, "intruder", "perl", KNOCK, *targets)
        return dict(line.rsplit(" ", 1) for line in said.splitlines())

    def addresses(self, app: App, service: str) -> tuple[str, str]:
        """A container's address and its bridge's gateway."""
        fields = "{{range .NetworkSettings.Networks}}{{.IPAddress}} {{.Gateway}}{{end}}"
        told = self.server.shell(f"docker inspect -f '{fields}' {app.container(service)}").split()
        return told[0], told[1]

    def inner_doors(self) -> list[str]:
        """Doors of the server itself: sshd and another one, at all of its addresses."""
        _, own = self.addresses(self.intruder, "intruder")
        _, others = self.addresses(self.victim, "vault")
        docker = self.server.shell("ip -4 -o addr show docker0 | tr / ' ' | awk '{print $4}'")
        local = self.server.shell(
            "ip -6 -o addr show scope link | tr / ' ' | awk '/ br-/ {print $4}'"
        ).split()
        hosts = [own, others, docker, self.server.address, *(f"{one}%eth0" for one in local)]
        return [f"{host} {port}" for host in hosts for port in (22, 8000)]


def orders(intruder: Tenant, victim: Tenant, server: Server) -> Intrusion:
    """Order the two apps."""
    files = {KNOCK: ("0644", SCRIPT)}
    return Intrusion(
        server,
        intruder.app(intruder.template(INTRUDER, files=files), server),
        victim.app(victim.template(VICTIM), server),
    )
