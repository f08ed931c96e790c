"""Hetzner Cloud through hcloud: `chalicelib.ports.clouds.Cloud` made real.

API reference: https://docs.hetzner.cloud/
"""

from __future__ import annotations

from typing import Any, Literal

from hcloud import Client
from hcloud.firewalls import (
    BoundFirewall,
    Firewall,
    FirewallResource,
    FirewallResourceLabelSelector,
    FirewallRule,
)
from hcloud.images import Image
from hcloud.locations import Location
from hcloud.server_types import ServerType
from hcloud.servers import BoundServer
from hcloud.servers import Server as AnyServer
from hcloud.ssh_keys import BoundSSHKey, SSHKey

from chalicelib.adapters.clouds.hetzner_errors import ask
from chalicelib.adapters.clouds.hetzner_sizes import size_of
from chalicelib.adapters.clouds.keys import md5_fingerprint
from chalicelib.adapters.clouds.labels import label_of, labels_of, tags_of
from chalicelib.adapters.clouds.refusals import Expected
from chalicelib.domain.errors import Gone, NotReady, RefusedByProvider
from chalicelib.ports.clouds import Image as Offer
from chalicelib.ports.clouds import Region, Server, ServerOrder, Size

IMAGE = "debian-12"
"""A system image; the name stands for the newest one of the server type's architecture."""
MANAGED = {"managed-by": "hoster"}
ANYWHERE = ["0.0.0.0/0", "::/0"]
TAKEN = "uniqueness_error"

State = Literal["new", "active", "off", "archive", "leaving"]
STATES: dict[str, State] = {
    "initializing": "new",
    "starting": "new",
    "running": "active",
    "deleting": "leaving",
}
"""Every other state is `off`: stopping, off, migrating, rebuilding, unknown."""


class Hetzner:
    """One Hetzner Cloud project, and the location whose prices come first."""

    def __init__(self, token: str, url: str, location: str = "") -> None:
        self.location = location
        self.client = Client(
            token=token, api_endpoint=url, application_name="hoster", timeout=(5, 20)
        )
        # Retries belong to the state machines: one call here is one call there. hcloud 2.27
        # retries by itself up to five times and has no public word against it.
        self.client._client._retry_max_retries = 0

    def check(self) -> str:
        """Read a page of servers: a token is a project's, whose name the API does not tell."""
        ask(lambda: self.client.servers.get_list(per_page=1))
        return "Hetzner project"

    def regions(self) -> tuple[Region, ...]:
        """List the locations."""
        found = ask(self.client.locations.get_all)
        return tuple(Region(str(p.name), p.city or str(p.name), available=True) for p in found)

    def sizes(self) -> tuple[Size, ...]:
        """List the x86 server types that some location still sells; net prices."""
        told = ask(lambda: self.client.request(method="GET", url="/pricing"))
        currency = str(told.get("pricing", {}).get("currency") or "EUR")
        found = ask(self.client.server_types.get_all)
        sizes = (size_of(kind, currency, self.location) for kind in found)
        return tuple(size for size in sizes if size is not None)

    def images(self) -> tuple[Offer, ...]:
        """List the system images for x86 servers."""
        found = ask(
            lambda: self.client.images.get_all(
                type=["system"], architecture=["x86"], status=["available"]
            )
        )
        return tuple(
            Offer(str(i.name), i.description or str(i.name), str(i.os_flavor).capitalize())
            for i in found
            if i.name
        )

    def find(self, tag: str) -> tuple[Server, ...]:
        """List the servers with a tag, oldest first."""
        found = ask(lambda: self.client.servers.get_all(label_selector=label_of(tag)))
        return tuple(sorted((_server(s) for s in found), key=lambda s: (s.created_at, s.id)))

    def create(self, order: ServerOrder) -> Server:
        """Order a server, with its key registered first; a project has one server of a name."""
        labels = labels_of((order.tag, *order.tags)) | MANAGED
        key = self._key(order.public_key)
        try:
            made = ask(
                lambda: self.client.servers.create(
                    name=order.name,
                    server_type=ServerType(name=order.size),
                    image=Image(name=IMAGE),
                    ssh_keys=[key],
                    user_data=order.user_data,
                    labels=labels,
                    location=Location(name=order.region),
                ),
                TAKEN,
            )
        except Expected:
            return self._namesake(order)
        except Gone:
            # The order names a size, an image or a location that Hetzner does not have.
            raise RefusedByProvider("Hetzner has no such size, image or location.") from None
        return _server(made.server)

    def _namesake(self, order: ServerOrder) -> Server:
        """The server that this order made before. Raises `RefusedByProvider` for a foreign one."""
        known = ask(lambda: self.client.servers.get_by_name(order.name))
        if known is None:
            raise NotReady("Hetzner has a server of this name and does not show it yet.")
        server = _server(known)
        if order.tag in server.tags and server.state != "leaving":
            return server
        if order.tag in server.tags:
            raise NotReady("The server of this name is still being destroyed.")
        raise RefusedByProvider(
            f"The Hetzner project has another server named {order.name}; choose another name."
        )

    def _key(self, public_key: str) -> SSHKey | BoundSSHKey:
        """Register the public key, or find it by its fingerprint."""
        fingerprint = md5_fingerprint(public_key)
        known = ask(lambda: self.client.ssh_keys.get_by_fingerprint(fingerprint))
        if known is not None:
            return known
        name = "hoster-" + fingerprint.replace(":", "")
        try:
            return ask(
                lambda: self.client.ssh_keys.create(
                    name=name, public_key=public_key, labels=MANAGED
                ),
                TAKEN,
            )
        except Expected:
            raise NotReady("Hetzner has the key already and does not show it yet.") from None

    def get(self, server_id: str) -> Server:
        """Read one server."""
        number = _number(server_id)
        return _server(ask(lambda: self.client.servers.get_by_id(number)))

    def destroy(self, server_id: str) -> None:
        """Delete a server. Raises `NotReady` while Hetzner has it locked."""
        try:
            wanted = AnyServer(id=_number(server_id))
            ask(lambda: self.client.servers.delete(wanted))
        except Gone:
            return

    def restart(self, server_id: str) -> None:
        """Reboot a server. Raises `NotReady` while Hetzner has it locked."""
        wanted = AnyServer(id=_number(server_id))
        ask(lambda: self.client.servers.reboot(wanted))

    def open_firewall(self, tag: str, name: str, ports: tuple[str, ...]) -> None:
        """Have the firewall of that name on all servers whose label stands for the tag."""
        rules = [
            FirewallRule(direction="in", protocol=protocol, port=numbers, source_ips=ANYWHERE)
            for numbers, protocol in (port.split("/") for port in ports)
        ]
        wanted = _selected(label_of(tag))
        known = self._firewall(name)
        if known is None:
            given: Any = {"rules": rules, "resources": [wanted], "labels": MANAGED}
            try:
                ask(lambda: self.client.firewalls.create(name, **given), TAKEN)
            except Expected:
                raise NotReady("Hetzner has the firewall already, not shown yet.") from None
            return
        ask(lambda: self.client.firewalls.set_rules(known, rules))
        if label_of(tag) not in _selectors(known):
            ask(lambda: self.client.firewalls.apply_to_resources(known, [wanted]))

    def remove_firewall(self, name: str) -> None:
        """Take the firewall of that name from its servers and delete it."""
        known = self._firewall(name)
        if known is None:
            return
        held = [_selected(selector) for selector in _selectors(known)]
        try:
            if held:
                ask(lambda: self.client.firewalls.remove_from_resources(known, held))
            wanted = Firewall(id=known.id)
            ask(lambda: self.client.firewalls.delete(wanted))
        except Gone:
            return

    def _firewall(self, name: str) -> BoundFirewall | None:
        return ask(lambda: self.client.firewalls.get_by_name(name))

    def remove_key(self, public_key: str) -> None:
        """Delete a registered key."""
        fingerprint = md5_fingerprint(public_key)
        known = ask(lambda: self.client.ssh_keys.get_by_fingerprint(fingerprint))
        if known is not None:
            try:
                ask(lambda: self.client.ssh_keys.delete(known))
            except Gone:
                return

    def knows_key(self, public_key: str) -> bool:
        """Look for the key by its fingerprint."""
        fingerprint = md5_fingerprint(public_key)
        return ask(lambda: self.client.ssh_keys.get_by_fingerprint(fingerprint)) is not None

    def remove_tag(self, tag: str) -> None:
        """Nothing: a label is its server's and goes with it."""


def _number(server_id: str) -> int:
    if not (server_id.isascii() and server_id.isdecimal()):
        raise Gone("Hetzner's servers have numbers.")
    return int(server_id)


def _selected(selector: str) -> FirewallResource:
    by_label = FirewallResourceLabelSelector(selector=selector)
    return FirewallResource(type="label_selector", label_selector=by_label)


def _selectors(firewall: BoundFirewall) -> list[str]:
    held = (r.label_selector for r in firewall.data_model.applied_to or () if r.label_selector)
    return [str(label_selector.selector) for label_selector in held]


def _server(server: BoundServer) -> Server:
    shown = server.data_model
    ipv4 = shown.public_net.ipv4 if shown.public_net else None
    return Server(
        id=str(shown.id),
        name=str(shown.name),
        state=STATES.get(str(shown.status), "off"),
        address=ipv4.ip if ipv4 else None,
        tags=tags_of(shown.labels or {}),
        created_at=shown.created.strftime("%Y-%m-%dT%H:%M:%SZ") if shown.created else "",
    )
