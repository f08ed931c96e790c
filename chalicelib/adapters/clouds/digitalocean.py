"""DigitalOcean through pydo: `chalicelib.ports.clouds.Cloud` made real.

API reference: https://docs.digitalocean.com/reference/api/digitalocean/
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

from azure.core.pipeline.policies import HeadersPolicy, RetryPolicy
from pydo import Client

from chalicelib.adapters.clouds.digitalocean_errors import Json, ask
from chalicelib.adapters.clouds.keys import md5_fingerprint
from chalicelib.domain.errors import Gone, NotReady, RefusedByProvider
from chalicelib.ports.clouds import Image, Region, Server, ServerOrder, Size

IMAGE = "debian-12-x64"
PAGE = 200
PENDING = "pending event"
"""What DigitalOcean says of a droplet to which something else is being done."""


class DigitalOcean:
    """One DigitalOcean account."""

    def __init__(self, token: str, url: str) -> None:
        # Retries belong to the state machines: one call here is one call there.
        self.client = Client(
            token=token,
            endpoint=url,
            # pydo's own policy refuses every URL that is not https; which URL is used is the
            # installation's decision, and its default is DigitalOcean's own.
            authentication_policy=HeadersPolicy({"Authorization": f"Bearer {token}"}),
            retry_policy=RetryPolicy.no_retries(),
            connection_timeout=5,
            read_timeout=20,
        )

    def check(self) -> str:
        """Read the account."""
        account = ask(self.client.account.get)["account"]
        return str(account.get("email") or account.get("uuid"))

    def regions(self) -> tuple[Region, ...]:
        """List the regions."""
        found = self._pages(
            lambda page: self.client.regions.list(per_page=PAGE, page=page), "regions"
        )
        return tuple(Region(r["slug"], r["name"], bool(r["available"])) for r in found)

    def sizes(self) -> tuple[Size, ...]:
        """List the sizes that can be ordered."""
        found = self._pages(lambda page: self.client.sizes.list(per_page=PAGE, page=page), "sizes")
        return tuple(
            Size(
                id=size["slug"],
                name=size.get("description") or size["slug"],
                cpu_cores=float(size["vcpus"]),
                memory_mb=int(size["memory"]),
                disk_gb=int(size["disk"]),
                price_hourly=float(size["price_hourly"]),
                price_monthly=float(size["price_monthly"]),
                regions=tuple(size.get("regions") or ()),
            )
            for size in found
            if size.get("available", True)
        )

    def images(self) -> tuple[Image, ...]:
        """List the distributions."""
        found = self._pages(
            lambda page: self.client.images.list(type="distribution", per_page=PAGE, page=page),
            "images",
        )
        return tuple(
            Image(
                id=image["slug"],
                name=f"{image['distribution']} {image['name']}",
                distribution=image["distribution"],
                regions=tuple(image.get("regions") or ()),
            )
            for image in found
            if image.get("slug") and image.get("status", "available") == "available"
        )

    def find(self, tag: str) -> tuple[Server, ...]:
        """List the droplets with a tag, oldest first."""
        found = self._pages(
            lambda page: self.client.droplets.list(tag_name=tag, per_page=PAGE, page=page),
            "droplets",
        )
        return tuple(sorted((_server(d) for d in found), key=lambda s: (s.created_at, s.id)))

    def create(self, order: ServerOrder) -> Server:
        """Order a droplet, with the key registered at the account first."""
        key = self._key(order)
        body = {
            "name": order.name,
            "region": order.region,
            "size": order.size,
            "image": IMAGE,
            "ssh_keys": [key],
            "tags": [order.tag, *order.tags],
            "user_data": order.user_data,
            "monitoring": True,
            "ipv6": False,
        }
        return _server(ask(lambda: self.client.droplets.create(body=body))["droplet"])

    def _key(self, order: ServerOrder) -> str:
        """Register the public key, or find it; return its fingerprint."""
        fingerprint = md5_fingerprint(order.public_key)
        try:
            body = {"name": order.tag, "public_key": order.public_key}
            ask(lambda: self.client.ssh_keys.create(body=body))
        except RefusedByProvider:
            # It is registered already, or it is malformed; the order itself tells which.
            return fingerprint
        return fingerprint

    def get(self, server_id: str) -> Server:
        """Read one droplet."""
        number = _number(server_id)
        return _server(ask(lambda: self.client.droplets.get(droplet_id=number))["droplet"])

    def destroy(self, server_id: str) -> None:
        """Delete a droplet."""
        try:
            number = _number(server_id)
            ask(lambda: self.client.droplets.destroy(droplet_id=number))
        except Gone:
            return

    def restart(self, server_id: str) -> None:
        """Reboot a droplet. Raises `NotReady` while another action is under way."""
        number, body = _number(server_id), {"type": "reboot"}
        try:
            ask(lambda: self.client.droplet_actions.post(droplet_id=number, body=body))
        except RefusedByProvider as error:
            if PENDING in error.detail:
                raise NotReady("DigitalOcean is doing something else to the droplet.") from None
            raise

    def open_firewall(self, tag: str, name: str, ports: tuple[str, ...]) -> None:
        """Create or replace the firewall of that name."""
        anywhere = {"addresses": ["0.0.0.0/0", "::/0"]}
        body = {
            "name": name,
            "tags": [tag],
            "inbound_rules": [
                {"protocol": protocol, "ports": numbers, "sources": anywhere}
                for numbers, protocol in (port.split("/") for port in ports)
            ],
            "outbound_rules": [
                {"protocol": kind, "ports": "0", "destinations": anywhere}
                for kind in ("tcp", "udp", "icmp")
            ],
        }
        known = self._firewall(name)
        if known is None:
            self._tag(tag)
            ask(lambda: self.client.firewalls.create(body=body))
        else:
            ask(lambda: self.client.firewalls.update(firewall_id=known, body=body))

    def _tag(self, name: str) -> None:
        """Have the tag: a firewall may only name one that exists."""
        with contextlib.suppress(RefusedByProvider):  # it is there already
            ask(lambda: self.client.tags.create(body={"name": name}))

    def remove_firewall(self, name: str) -> None:
        """Delete the firewall of that name."""
        known = self._firewall(name)
        if known is not None:
            try:
                ask(lambda: self.client.firewalls.delete(firewall_id=known))
            except Gone:
                return

    def remove_key(self, public_key: str) -> None:
        """Delete a registered key."""
        fingerprint = md5_fingerprint(public_key)
        try:
            ask(lambda: self.client.ssh_keys.delete(ssh_key_identifier=fingerprint))
        except Gone:
            return

    def knows_key(self, public_key: str) -> bool:
        """Look for the key by its fingerprint."""
        fingerprint: Any = md5_fingerprint(public_key)
        try:
            ask(lambda: self.client.ssh_keys.get(ssh_key_identifier=fingerprint))
        except Gone:
            return False
        return True

    def remove_tag(self, tag: str) -> None:
        """Delete a tag that counts nothing; deleting one takes it from what carries it."""
        try:
            known = ask(lambda: self.client.tags.get(tag_id=tag))["tag"]
            if int((known.get("resources") or {}).get("count") or 0) == 0:
                ask(lambda: self.client.tags.delete(tag_id=tag))
        except Gone:
            return

    def _firewall(self, name: str) -> str | None:
        found = self._pages(
            lambda page: self.client.firewalls.list(per_page=PAGE, page=page), "firewalls"
        )
        return next((str(f["id"]) for f in found if f["name"] == name), None)

    def _pages(self, call: Callable[[int], Any], member: str) -> Iterator[Json]:
        page = 1
        while True:
            answer = ask(lambda number=page: call(number))  # type: ignore[misc]
            yield from answer.get(member) or ()
            if not ((answer.get("links") or {}).get("pages") or {}).get("next"):
                return
            page += 1


def _number(server_id: str) -> int:
    if not (server_id.isascii() and server_id.isdecimal()):
        raise Gone("DigitalOcean's droplets have numbers.")
    return int(server_id)


def _server(droplet: Json) -> Server:
    networks = (droplet.get("networks") or {}).get("v4") or []
    address = next((n["ip_address"] for n in networks if n.get("type") == "public"), None)
    return Server(
        id=str(droplet["id"]),
        name=droplet["name"],
        state=droplet["status"],
        address=address,
        tags=tuple(droplet.get("tags") or ()),
        created_at=droplet.get("created_at") or "",
    )
