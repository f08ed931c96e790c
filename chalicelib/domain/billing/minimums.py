"""The least that Stripe takes in each currency, in hundredths of it.

From https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts; currencies without
hundredths (JPY) are none of an installation's. Where the currency of a bank account is another one,
what Stripe takes at least is that one's minimum, converted: the setting is for such.
"""

from __future__ import annotations

USUAL = 50
"""Where no other is known."""
MINIMUMS = {
    "AED": 200,
    "BGN": 100,
    "CZK": 1500,
    "DKK": 250,
    "GBP": 30,
    "HKD": 400,
    "HUF": 17500,
    "MXN": 1000,
    "MYR": 200,
    "NOK": 300,
    "PLN": 200,
    "RON": 200,
    "SEK": 300,
    "THB": 1000,
}
"""Those that are not `USUAL`, as AUD, BRL, CAD, CHF, EUR, INR, NZD, SGD and USD are."""


def minimum_of(currency: str) -> int:
    """What a payment in a currency is at least."""
    return MINIMUMS.get(currency.upper(), USUAL)
