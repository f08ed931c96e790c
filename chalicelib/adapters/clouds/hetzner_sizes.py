"""Hetzner's server types as sizes, with net prices by location."""

from __future__ import annotations

from hcloud.server_types import BoundServerType

from chalicelib.ports.clouds import Size


def size_of(kind: BoundServerType, currency: str, location: str) -> Size | None:
    """The size that a server type is; None when nobody sells it, or it runs no x86 images."""
    shown = kind.data_model
    places = shown.locations or ()
    open_places = (at for at in places if at.deprecation is None and at.available is not False)
    sold = {str(at.location.name) for at in open_places}
    stated = [p for p in shown.prices or () if p["location"] in sold]
    if shown.architecture != "x86" or not stated:
        return None
    hourly = {p["location"]: float(p["price_hourly"]["net"]) for p in stated}
    monthly = {p["location"]: float(p["price_monthly"]["net"]) for p in stated}
    cores, memory = int(shown.cores or 0), float(shown.memory or 0)
    return Size(
        id=str(shown.name),
        name=f"{str(shown.name).upper()} ({cores} vCPU, {memory:g} GB)",
        cpu_cores=float(cores),
        memory_mb=int(memory * 1024),
        disk_gb=int(shown.disk or 0),
        price_hourly=hourly.get(location, min(hourly.values())),
        price_monthly=monthly.get(location, min(monthly.values())),
        regions=tuple(sorted(hourly)),
        currency=currency,
        prices=hourly,
    )
