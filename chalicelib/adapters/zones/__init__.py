"""DNS zones made real: which adapter an installation's setting names."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from chalicelib.domain.errors import ZoneRefused

if TYPE_CHECKING:
    from chalicelib.ports.zones import Zones


def open_zone(updates: str, *, route53: Callable[[], Any], secret: Callable[[], str]) -> Zones:
    """The zone that `DnsUpdates` names. Raises `ZoneRefused` where it names none."""
    kind, _, rest = updates.partition(":")
    if kind == "route53":
        from chalicelib.adapters.zones.route53 import Route53Zone

        return Route53Zone(route53(), rest)
    if kind == "rfc2136":
        from chalicelib.adapters.zones.rfc2136 import UpdatedZone

        server, zone, key = rest.split(":")
        return UpdatedZone(server, zone, key, secret())
    raise ZoneRefused("No zone is configured that Hoster may write in; set DnsUpdates.")
