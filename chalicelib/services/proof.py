"""What counts as proof that a provider has no server of a provision.

A listing that lacks a server says little: a new one may not be listed yet, and the account that is
asked may be another one than the account that was.
"""

from __future__ import annotations

from chalicelib.domain import clock
from chalicelib.domain.errors import GoneUnproven
from chalicelib.ports.clouds import Cloud
from chalicelib.ports.records import Record
from chalicelib.services.tools import Tools

ASKING_SECONDS = 60.0
"""How long a function that was told nothing may still have been asking the provider."""


def is_in_doubt(tools: Tools, provision: Record) -> bool:
    """Whether an order may have made a server that the provider does not list yet.

    The lag counts from the moment at which the order was given up; where nobody wrote that down,
    because the function died, from the last moment at which it may have been asking.
    """
    known = provision.attributes
    if not known.get("ordered_at") or known.get("refused"):
        return False
    lag = tools.settings().provider_lag_seconds
    if known.get("unanswered_at"):
        return clock.seconds_between(known["unanswered_at"], tools.now()) < lag
    asking = 0.0 if known.get("provider_instance_id") else ASKING_SECONDS
    return clock.seconds_between(known["ordered_at"], tools.now()) < lag + asking


def demand_proof(tools: Tools, provision: Record, cloud: Cloud) -> None:
    """Have it proven that the account which does not know a server is the one that had it.

    It took our destroy of that server, or still knows the key that was registered with the order.
    Raises `GoneUnproven`.
    """
    known = provision.attributes
    if known.get("destroy_asked_at"):
        return
    key = tools.records().get(known.get("ssh_key_id") or "")
    if key is not None and cloud.knows_key(key.attributes["public_key"]):
        return
    raise GoneUnproven(
        f"The account does not know the server {known.get('provider_instance_id')}, nor its key: "
        "the token may be another account's. Put the right token into the credential and try "
        "again, or declare the server gone."
    )
