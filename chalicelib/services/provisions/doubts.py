"""Whether an order may have made a server that its provider does not show yet."""

from __future__ import annotations

from chalicelib.domain import clock
from chalicelib.ports.records import Record
from chalicelib.services.tools import Tools

ASKING_SECONDS = 60.0
"""How long a function that says no more may still be asking the provider: as long as it may run."""


def is_on_its_way(tools: Tools, provision: Record) -> bool:
    """Whether a function that says no more may still be sending the order."""
    known = provision.attributes
    outcomes = ("refused", "answered_at", "unanswered_at", "provider_instance_id")
    if not known.get("ordered_at") or any(known.get(outcome) for outcome in outcomes):
        return False
    return clock.seconds_between(known["ordered_at"], tools.now()) < ASKING_SECONDS


def is_in_doubt(tools: Tools, provision: Record) -> bool:
    """Whether an order may have made a server that the provider does not show yet.

    The lag counts from the moment at which the order was answered, or known to be without an
    answer; where nobody wrote that down, from the last moment at which it may have been sent.
    """
    known = provision.attributes
    if not known.get("ordered_at") or known.get("refused"):
        return False
    lag = tools.settings().provider_lag_seconds
    heard_at = known.get("unanswered_at") or known.get("answered_at")
    if heard_at:
        return clock.seconds_between(heard_at, tools.now()) < lag
    asking = 0.0 if known.get("provider_instance_id") else ASKING_SECONDS
    return clock.seconds_between(known["ordered_at"], tools.now()) < lag + asking
