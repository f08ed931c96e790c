"""Runs, marked accounts and prices as items of the table of money.

Of an account's runs, the end comes first in the sort key: those that reach into a span lie behind
one place, and those that are open behind all others, one at most of each deployment.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.models import Model

from chalicelib.domain import clock
from chalicelib.domain.billing.intervals import Interval, Price
from chalicelib.ports.runs import ACCOUNT_SHARDS

OPEN = "9999-12-31T23:59:59.000Z"


class RunItem(Model):
    """One run of a deployment."""

    shard = UnicodeAttribute(hash_key=True)
    sort = UnicodeAttribute(range_key=True)
    owner = UnicodeAttribute()
    deployment = UnicodeAttribute()
    deployment_name = UnicodeAttribute()
    template = UnicodeAttribute()
    template_name = UnicodeAttribute()
    creator = UnicodeAttribute()
    since = NumberAttribute()
    until = NumberAttribute(null=True)
    """Seconds since 1970, both; no end while it runs."""


class AccountItem(Model):
    """The mark of an account that ran something, and how far the meter was told what it used."""

    shard = UnicodeAttribute(hash_key=True)
    sort = UnicodeAttribute(range_key=True)
    until = NumberAttribute(null=True)
    part_until = NumberAttribute(null=True)
    part_after = UnicodeAttribute(null=True)


class PriceItem(Model):
    """What a template costs from a moment on."""

    shard = UnicodeAttribute(hash_key=True)
    sort = UnicodeAttribute(range_key=True)
    template = UnicodeAttribute()
    at = NumberAttribute()
    monthly_cents = NumberAttribute()


def runs_of(owner: str) -> str:
    """The partition of an account's runs."""
    return f"runs#{owner}"


def open_key(deployment: str) -> str:
    """The sort key of the open run of a deployment."""
    return f"{OPEN}#{deployment}"


def run_key(run: Interval) -> str:
    """The sort key of a run."""
    if run.until is None:
        return open_key(run.deployment)
    return f"{clock.text_at(run.until)}#{run.deployment}#{run.since}"


def accounts_at(shard: int) -> str:
    """One partition of the accounts."""
    return f"accounts#{shard}"


def account_shard(owner: str) -> int:
    """The shard in which an account is marked."""
    return int(sha256(owner.encode()).hexdigest(), 16) % ACCOUNT_SHARDS


def prices_of(template: str) -> str:
    """The partition of a template's prices."""
    return f"prices#{template}"


def interval_of(item: Any) -> Interval:
    """Read a run from its item."""
    return Interval(
        owner=item.owner,
        deployment=item.deployment,
        deployment_name=item.deployment_name,
        template=item.template,
        template_name=item.template_name,
        creator=item.creator,
        since=int(item.since),
        until=None if item.until is None else int(item.until),
    )


def price_of(item: Any) -> Price:
    """Read a price from its item."""
    return Price(item.template, int(item.at), int(item.monthly_cents))
