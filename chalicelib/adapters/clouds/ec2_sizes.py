"""The instance types that Hoster offers on EC2: what they have, and what AWS asks for them.

Prices come from AWS's price list, which only an access key with `pricing:GetProducts` may read.
Without that right the few prices below stand for US East (N. Virginia), and others are not known.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from chalicelib.adapters.clouds.ec2_errors import ask
from chalicelib.domain.errors import ProductError, RefusedByProvider
from chalicelib.ports.clouds import Size

DISKS_GB: Mapping[str, int] = {
    "t3.micro": 8,
    "t3.small": 20,
    "t3.medium": 40,
    "t3.large": 80,
    "t3.xlarge": 160,
    "t3.2xlarge": 320,
    "m6i.large": 80,
    "m6i.xlarge": 160,
    "m6i.2xlarge": 320,
    "c6i.large": 40,
    "c6i.xlarge": 80,
    "c6i.2xlarge": 160,
}
"""Types of general use that run x86-64 images, each with the root disk that it is ordered with."""

OTHER_DISK_GB = 40
"""The root disk of a type that is not offered and is ordered by its name."""

HOURS_A_MONTH = 730
"""AWS states no price a month; its own calculator counts so."""

LISTED_REGION = "us-east-1"
LISTED: Mapping[str, float] = {
    "t3.micro": 0.0104,
    "t3.small": 0.0208,
    "t3.medium": 0.0416,
    "t3.large": 0.0832,
    "t3.xlarge": 0.1664,
}
"""US dollars an hour on demand, Linux, as AWS's page listed them for N. Virginia in January 2025:
https://aws.amazon.com/ec2/pricing/on-demand/
"""

Prices = dict[str, dict[str, float]]
"""By type, then by region."""


def offered(ec2: Any, pricing: Any, region: str) -> tuple[Size, ...]:
    """List the types that a region has; prices where they are known, without the disk's."""
    wanted = [{"Name": "instance-type", "Values": list(DISKS_GB)}]
    found: list[dict[str, Any]] = []
    more: dict[str, str] = {}
    while True:
        answer = ask(lambda more=more: ec2.describe_instance_types(Filters=wanted, **more))  # type: ignore[misc]
        found += [t for t in answer["InstanceTypes"] if t["InstanceType"] in DISKS_GB]
        if not answer.get("NextToken"):
            break
        more = {"NextToken": answer["NextToken"]}
    known = prices(pricing, DISKS_GB)
    order = list(DISKS_GB)
    sizes = (_size(described, known, region) for described in found)
    return tuple(sorted(sizes, key=lambda size: order.index(size.id)))


def _size(described: Mapping[str, Any], known: Prices, region: str) -> Size:
    name = described["InstanceType"]
    cores = int(described["VCpuInfo"]["DefaultVCpus"])
    memory = int(described["MemoryInfo"]["SizeInMiB"])
    by_region = known.get(name) or {}
    listed = {LISTED_REGION: LISTED[name]} if not known and name in LISTED else {}
    hourly = (by_region or listed).get(region)
    return Size(
        id=name,
        name=f"{name} ({cores} vCPU, {memory / 1024:g} GB)",
        cpu_cores=float(cores),
        memory_mb=memory,
        disk_gb=DISKS_GB[name],
        price_hourly=hourly,
        price_monthly=None if hourly is None else round(hourly * HOURS_A_MONTH, 2),
        # Without the price list, this key sees the types of its own region alone.
        regions=tuple(sorted(by_region)),
        prices=by_region or listed,
    )


def prices(pricing: Any, types: Iterable[str]) -> Prices:
    """Read what types cost in each region; nothing where the list may or can not be read."""
    terms = {
        "operatingSystem": "Linux",
        "tenancy": "Shared",
        "preInstalledSw": "NA",
        "capacitystatus": "Used",
    }
    filters = [{"Type": "TERM_MATCH", "Field": f, "Value": v} for f, v in terms.items()]
    filters.append({"Type": "ANY_OF", "Field": "instanceType", "Value": ",".join(types)})
    found: Prices = {}
    more: dict[str, str] = {}
    while True:
        try:
            answer = ask(
                lambda more=more: pricing.get_products(  # type: ignore[misc]
                    ServiceCode="AmazonEC2", Filters=filters, **more
                )
            )
        except ProductError:
            return {}  # half a list would show regions as missing that are not
        for text in answer.get("PriceList") or ():
            with contextlib.suppress(KeyError, TypeError, ValueError, RefusedByProvider):
                name, region, price = _price(json.loads(text))
                found.setdefault(name, {})[region] = price
        if not answer.get("NextToken"):
            return found
        more = {"NextToken": answer["NextToken"]}


def _price(product: Mapping[str, Any]) -> tuple[str, str, float]:
    """The type, the region and the hourly price of one entry of the list.

    Raises `KeyError` or `ValueError` for an entry that states none, a local zone for instance.
    """
    attributes = product["product"]["attributes"]
    if attributes.get("locationType") != "AWS Region":
        raise ValueError(attributes.get("locationType"))
    [term] = product["terms"]["OnDemand"].values()
    [dimension] = term["priceDimensions"].values()
    price = float(dimension["pricePerUnit"]["USD"])
    if dimension["unit"] != "Hrs" or price <= 0:
        raise ValueError(dimension["unit"])
    return attributes["instanceType"], attributes["regionCode"], price
