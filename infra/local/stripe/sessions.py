"""Checkout sessions: made of what is asked for, open until they are paid or time is over."""

from __future__ import annotations

import re
from typing import Any

from infra.local.stripe.account import Account, Json
from infra.local.stripe.refusals import Refused, needed, unknown

KNOWN = frozenset(
    {
        "adaptive_pricing",
        "cancel_url",
        "client_reference_id",
        "customer",
        "expires_at",
        "line_items",
        "metadata",
    }
    | {"mode", "payment_intent_data", "payment_method_types", "success_url"}
)
KIND = "checkout.session"
DAY = 86_400
HALF_AN_HOUR = 1800
LEAST_CENTS = 50
_URL = re.compile(r"https?://[^\s/?#]+(?:[/?#]\S*)?")
METHODS = ("card", "us_bank_account")


def open_session(account: Account, given: Json, base: str) -> Json:
    """Make a session. Raises `Refused` for what Stripe would not take."""
    for name in sorted(set(given) - KNOWN):
        raise unknown(name)
    if given.get("mode") != "payment":
        raise needed("mode") if "mode" not in given else Refused("Invalid mode", param="mode")
    for name in ("success_url", "cancel_url"):
        if name in given and not _URL.fullmatch(given[name]):
            raise Refused("Not a valid URL", code="url_invalid", param=name)
    if "success_url" not in given:
        raise needed("success_url")
    if "customer" in given:
        account.get("customer", given["customer"], param="customer", status=400)
    currency, total = _total(given)
    session = account.add(
        KIND,
        amount_subtotal=total,
        amount_total=total,
        automatic_tax={"enabled": False, "liability": None, "status": None},
        cancel_url=given.get("cancel_url"),
        client_reference_id=given.get("client_reference_id"),
        currency=currency,
        customer=given.get("customer"),
        customer_details=None,
        customer_email=None,
        expires_at=_expiry(account, given),
        invoice=None,
        line_items_name=given["line_items"][0]["price_data"]["product_data"]["name"],
        metadata=given.get("metadata") or {},
        mode="payment",
        payment_intent=None,
        payment_intent_data=given.get("payment_intent_data") or {},
        payment_link=None,
        payment_method_types=given.get("payment_method_types") or list(METHODS),
        payment_status="unpaid",
        status="open",
        success_url=given["success_url"],
        total_details={"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
    )
    session["url"] = f"{base}/c/pay/{session['id']}"
    return session


def _total(given: Json) -> tuple[str, int]:
    """The currency and the sum of all lines."""
    lines = given.get("line_items")
    if not isinstance(lines, list) or not lines:
        raise needed("line_items")
    total, currencies = 0, set()
    for number, line in enumerate(lines):
        price = line.get("price_data") or {}
        place = f"line_items[{number}][price_data]"
        if not (price.get("product_data") or {}).get("name"):
            raise needed(f"{place}[product_data][name]")
        if not re.fullmatch(r"[a-z]{3}", str(price.get("currency", "")).lower()):
            raise needed(f"{place}[currency]")
        amount = _whole(price.get("unit_amount"), f"{place}[unit_amount]")
        total += amount * _whole(line.get("quantity", "1"), f"line_items[{number}][quantity]")
        currencies.add(price["currency"].lower())
    if len(currencies) != 1:
        raise Refused("All line items must have the same currency.", param="line_items")
    if total < LEAST_CENTS:
        message = "The Checkout Session's total amount must convert to at least 50 cents."
        raise Refused(message, code="amount_too_small")
    return currencies.pop(), total


def _whole(text: Any, param: str) -> int:
    if not isinstance(text, str) or not text.isdigit():
        raise Refused(f"Invalid integer: {text}", code="parameter_invalid_integer", param=param)
    return int(text)


def _expiry(account: Account, given: Json) -> int:
    now = account.now()
    if "expires_at" not in given:
        return now + DAY
    at = _whole(given["expires_at"], "expires_at")
    if not now + HALF_AN_HOUR <= at <= now + DAY:
        message = "The `expires_at` timestamp must be between 30 minutes and 24 hours from now."
        raise Refused(message, param="expires_at")
    return at


def shown(session: Json) -> Json:
    """A session as the API shows it."""
    hidden = {"payment_intent_data", "line_items_name"}
    return {
        name: None if name == "url" and session["status"] != "open" else value
        for name, value in session.items()
        if name not in hidden
    }


def expire(account: Account, session: Json) -> Json:
    """End a session that is open. Raises `Refused` for one that is not."""
    if session["status"] != "open":
        message = (
            'Only Checkout Sessions with a status in ["open"] can be expired. This Checkout '
            f"Session has a status of {session['status']}."
        )
        raise Refused(message)
    session["status"] = "expired"
    account.tell("checkout.session.expired", shown(session))
    return session


def end_those_that_are_over(account: Account) -> None:
    """End every open session whose time is over."""
    for session in account.objects[KIND].values():
        if session["status"] == "open" and session["expires_at"] <= account.now():
            expire(account, session)
