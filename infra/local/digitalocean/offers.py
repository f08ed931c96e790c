"""What can be ordered: regions, sizes and images, as the real one lists them."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]

REGIONS: tuple[Json, ...] = tuple(
    {"slug": slug, "name": name, "available": True, "features": ["metadata"], "sizes": []}
    for slug, name in (
        ("ams3", "Amsterdam 3"),
        ("fra1", "Frankfurt 1"),
        ("lon1", "London 1"),
        ("nyc3", "New York 3"),
        ("sfo3", "San Francisco 3"),
        ("sgp1", "Singapore 1"),
    )
)
_SLUGS = [region["slug"] for region in REGIONS]
SIZES: tuple[Json, ...] = tuple(
    {
        "slug": slug,
        "memory": memory,
        "vcpus": cpus,
        "disk": disk,
        "transfer": transfer,
        "price_monthly": price,
        "price_hourly": round(price / 672, 5),
        "regions": _SLUGS,
        "available": True,
        "description": "Basic",
    }
    for slug, memory, cpus, disk, transfer, price in (
        ("s-1vcpu-512mb-10gb", 512, 1, 10, 0.5, 4),
        ("s-1vcpu-1gb", 1024, 1, 25, 1, 6),
        ("s-1vcpu-2gb", 2048, 1, 50, 2, 12),
        ("s-2vcpu-2gb", 2048, 2, 60, 3, 18),
        ("s-2vcpu-4gb", 4096, 2, 80, 4, 24),
        ("s-4vcpu-8gb", 8192, 4, 160, 5, 48),
        ("s-8vcpu-16gb", 16384, 8, 320, 6, 96),
    )
)
IMAGES: tuple[Json, ...] = tuple(
    {
        "id": number,
        "name": name,
        "distribution": distribution,
        "slug": slug,
        "public": True,
        "regions": _SLUGS,
        "min_disk_size": 7,
        "type": "base",
        "size_gigabytes": 0.5,
        "status": "available",
    }
    for number, (slug, distribution, name) in enumerate(
        (("debian-12-x64", "Debian", "12 x64"), ("ubuntu-24-04-x64", "Ubuntu", "24.04 x64")), 1000
    )
)


def size_of(slug: str) -> Json | None:
    """Find a size."""
    return next((size for size in SIZES if size["slug"] == slug), None)
