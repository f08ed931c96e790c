"""What can be ordered: locations, server types and images, in the shape of the real lists.

The prices are those of this stand-in, and nobody's.
"""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]

LOCATIONS: tuple[Json, ...] = tuple(
    {
        "id": number,
        "name": name,
        "description": f"{city} DC Park 1",
        "country": country,
        "city": city,
        "latitude": 50.0,
        "longitude": 12.0,
        "network_zone": zone,
    }
    for number, (name, city, country, zone) in enumerate(
        (
            ("fsn1", "Falkenstein", "DE", "eu-central"),
            ("nbg1", "Nuremberg", "DE", "eu-central"),
            ("hel1", "Helsinki", "FI", "eu-central"),
            ("ash", "Ashburn, VA", "US", "us-east"),
            ("hil", "Hillsboro, OR", "US", "us-west"),
        ),
        1,
    )
)
_EUROPE = ("fsn1", "nbg1", "hel1")
_ENDED = {"announced": "2025-01-01T00:00:00Z", "unavailable_after": "2025-06-01T00:00:00Z"}


def _money(net: float) -> Json:
    return {"net": f"{net:.10f}", "gross": f"{net * 1.19:.16f}"}


def _type(number: int, name: str, shape: tuple[int, int, int], hourly: float, **more: Any) -> Json:
    cores, memory, disk = shape
    sold = more.get("sold", _EUROPE)
    ended = more.get("ended", ())
    return {
        "id": number,
        "name": name,
        "description": name.upper(),
        "category": "Shared vCPU",
        "cores": cores,
        "memory": float(memory),
        "disk": disk,
        "deprecated": False,
        "deprecation": None,
        "included_traffic": None,
        "storage_type": "local",
        "cpu_type": "shared",
        "architecture": more.get("architecture", "x86"),
        "prices": [
            {
                "location": place,
                "price_hourly": _money(hourly * (1.1 if place == "ash" else 1)),
                "price_monthly": _money(hourly * 600),
                "included_traffic": 21_990_232_555_520,
                "price_per_tb_traffic": _money(1),
            }
            for place in sold
        ],
        "locations": [
            {
                "id": location["id"],
                "name": location["name"],
                "deprecation": _ENDED if location["name"] in ended else None,
                "available": True,
                "recommended": False,
            }
            for location in LOCATIONS
            if location["name"] in sold
        ],
    }


TYPES: tuple[Json, ...] = (
    _type(104, "cx22", (2, 4, 40), 0.006),
    _type(105, "cx32", (4, 8, 80), 0.011, ended=("hel1",)),
    _type(22, "cpx11", (2, 2, 40), 0.007, sold=("fsn1", "ash")),
    _type(45, "cax11", (2, 4, 40), 0.006, architecture="arm"),
    _type(1, "cx11", (1, 2, 20), 0.005, sold=("fsn1",), ended=("fsn1",)),
)
IMAGES: tuple[Json, ...] = tuple(
    {
        "id": number,
        "type": "system",
        "status": "available",
        "name": name,
        "description": name.replace("-", " ").title(),
        "image_size": None,
        "disk_size": 5,
        "created": "2025-08-01T00:00:00Z",
        "created_from": None,
        "bound_to": None,
        "os_flavor": name.split("-")[0],
        "os_version": name.split("-")[1],
        "rapid_deploy": True,
        "protection": {"delete": False},
        "deprecated": None,
        "labels": {},
        "deleted": None,
        "architecture": architecture,
    }
    for number, (name, architecture) in enumerate(
        (("debian-12", "x86"), ("debian-12", "arm"), ("ubuntu-24.04", "x86")), 114690387
    )
)
PRICING: Json = {"pricing": {"currency": "EUR", "vat_rate": "19.00"}}


def named(offers: tuple[Json, ...], wanted: Any, **also: Any) -> Json | None:
    """An offer by its name or id that has these members too."""
    for offer in offers:
        if wanted in {offer["name"], offer["id"]} and also.items() <= offer.items():
            return offer
    return None
