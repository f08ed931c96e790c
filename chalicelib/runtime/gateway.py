"""The ports behind which the gateway stands; None where it is not known where that is.

What functions know is `chalicelib.runtime.wiring`, which has them all.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from chalicelib.runtime import clients
from chalicelib.runtime import settings as environment

if TYPE_CHECKING:
    from chalicelib.ports.keys import Keys
    from chalicelib.ports.metering import Meter
    from chalicelib.ports.people import People
    from chalicelib.ports.plans import AccountPlans


@cache
def meter() -> Meter | None:
    """The gateway's meter."""
    from chalicelib.adapters.metering.apigate import APIGateMeter

    url = _url(environment.settings().metering_path)
    return APIGateMeter(url, _secret) if url else None


@cache
def account_plans() -> AccountPlans | None:
    """The plans of the gateway's accounts."""
    from chalicelib.adapters.metering.plans import APIGatePlans

    url = _url(environment.settings().gateway_admin_path)
    return APIGatePlans(url, _secret) if url else None


@cache
def people() -> People | None:
    """The people of the gateway's accounts."""
    from chalicelib.adapters.metering.people import APIGatePeople

    url = _url(environment.settings().gateway_admin_path)
    return APIGatePeople(url, _secret) if url else None


@cache
def keys() -> Keys | None:
    """The keys of the gateway's accounts."""
    from chalicelib.adapters.metering.keys import APIGateKeys

    url = _url(environment.settings().gateway_admin_path)
    return APIGateKeys(url, _secret) if url else None


def _url(path: str) -> str:
    """Where a path of the gateway is; empty where the gateway is not known."""
    known = environment.settings().metering_url
    return known.rstrip("/") + path if known else ""


def _secret() -> str:
    return clients.secret(f"{environment.settings().installation}/metering")
