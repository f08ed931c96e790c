"""What is told of payments, each kind to whoever takes it."""

from __future__ import annotations

from chalicelib.domain.errors import Gone
from chalicelib.ports.payments import CheckoutTold, Told
from chalicelib.services.billing.settling import Outcome, settle
from chalicelib.services.billing.taking_back import take_back
from chalicelib.services.tools import Tools


def hear(tools: Tools, told: Told) -> Outcome:
    """Take what is told. How a checkout is now is looked up, so that order says nothing."""
    if not isinstance(told, CheckoutTold):
        return take_back(tools, told)
    try:
        checkout = tools.payments().look(told.checkout)
    except Gone:
        return "foreign"
    return settle(tools, checkout, has_failed=told.has_failed)
