"""Our own count of what a certificate authority allows: it is not asked for what it would refuse.

The limits are those of Let's Encrypt, which fill up again as ours do: little by little. Of what
the installation may order, one owner gets a part, and first certificates leave a rest to renewals.
"""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib.domain.preflight import Verdict, budget_verdict
from chalicelib.ports.records import Record
from chalicelib.services.domains.authority_accounts import OWNER
from chalicelib.services.domains.challenges import host_of
from chalicelib.services.tools import Tools

WEEK_MINUTES = 7 * 24 * 60


@dataclass(frozen=True)
class Budget:
    """So many at once, and so many a minute for long."""

    burst: int
    per_minute: float


OF_ACCOUNT = Budget(300, 300 / 180)
OF_FIRST_ONES = Budget(250, OF_ACCOUNT.per_minute)
"""The installation's budget as names see it that have no certificate yet."""
OF_OWNER = Budget(30, 30 / 180)
OF_DOMAIN = Budget(50, 50 / WEEK_MINUTES)
OF_NAME = Budget(5, 5 / WEEK_MINUTES)
TRIES = Budget(5, 5 / 60)


Held = tuple[str, str, Budget]
"""What is counted: the words for it, its bucket, its size."""


def _of_orders(tools: Tools, domain: Record) -> tuple[Held, ...]:
    host, account = host_of(domain), f"orders#{tools.settings().authority_url}"
    has_one = bool(domain.attributes.get("certificate")) or domain.owner == OWNER
    own = f"owner-orders#{domain.owner}#{tools.settings().authority_url}"
    return (
        (f"The budget of tries for {host}", f"certificate-tries#{host}", TRIES),
        ("Your budget of orders", own, OF_OWNER),
        (
            "The installation's budget of orders",
            account,
            OF_ACCOUNT if has_one else OF_FIRST_ONES,
        ),
    )


def _of_certificates(tools: Tools, host: str) -> tuple[Held, ...]:
    registered = tools.dns().registered_name(host.removeprefix("*."))
    words = f"The budget of certificates for names under {registered}"
    return (
        (f"The budget of certificates for {host}", f"certificate#{host}", OF_NAME),
        (words, f"certificates#{registered}", OF_DOMAIN),
    )


def verdict(tools: Tools, domain: Record) -> tuple[Verdict, int]:
    """Whether the authority would serve a name, and after how many seconds if not now."""
    held = (*_of_orders(tools, domain), *_of_certificates(tools, host_of(domain)))
    wait, what = max((tools.rates().wait(bucket, size), words) for words, bucket, size in held)
    return budget_verdict(what, wait), wait


def count_order(tools: Tools, domain: Record) -> None:
    """Count an order that was made. Raises `RateLimited` where it is one too many."""
    for _, bucket, size in _of_orders(tools, domain):
        tools.rates().take(bucket, size)


def count_certificate(tools: Tools, host: str) -> None:
    """Count a certificate that is to be signed. Raises `RateLimited` likewise."""
    for _, bucket, size in _of_certificates(tools, host):
        tools.rates().take(bucket, size)
