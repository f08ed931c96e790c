"""Items of the ledger in the table of money, as pynamodb models."""

from __future__ import annotations

from typing import Any

from pynamodb.attributes import ListAttribute, MapAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.models import Model


class LedgerItem(Model):
    """One entry of an account."""

    shard = UnicodeAttribute(hash_key=True)
    sort = UnicodeAttribute(range_key=True)
    transaction = UnicodeAttribute()
    kind = UnicodeAttribute()
    about = UnicodeAttribute()
    at = UnicodeAttribute()
    account = UnicodeAttribute()
    other = UnicodeAttribute()
    cents = NumberAttribute()
    data: MapAttribute[str, Any] = MapAttribute()


class TransactionItem(Model):
    """One transaction with all its entries."""

    shard = UnicodeAttribute(hash_key=True)
    sort = UnicodeAttribute(range_key=True)
    kind = UnicodeAttribute()
    at = UnicodeAttribute()
    entries: ListAttribute[Any] = ListAttribute()
