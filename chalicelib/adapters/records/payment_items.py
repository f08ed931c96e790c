"""Items of the table of money that tell what was seen of payments, as a pynamodb model."""

from __future__ import annotations

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.models import Model


class PaymentItem(Model):
    """One note."""

    shard = UnicodeAttribute(hash_key=True)
    sort = UnicodeAttribute(range_key=True)
    what = UnicodeAttribute()
    cents = NumberAttribute()
    at = UnicodeAttribute()
