"""The tables and their indexes, as pynamodb models.

`tables(installation)` binds them to one installation's table names; the deployment template
holds the same keys, and a test holds the two together.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cache
from typing import Any

from pynamodb.attributes import (
    BinarySetAttribute,
    BooleanAttribute,
    MapAttribute,
    NumberAttribute,
    UnicodeAttribute,
)
from pynamodb.indexes import (
    AllProjection,
    GlobalSecondaryIndex,
    KeysOnlyProjection,
)
from pynamodb.models import Model

from chalicelib.adapters.records.ledger_items import LedgerItem, TransactionItem
from chalicelib.adapters.records.payment_items import PaymentItem
from chalicelib.adapters.records.run_items import AccountItem, PriceItem, RunItem
from chalicelib.adapters.sessions import sharing


class _ByOwner(GlobalSecondaryIndex[Any]):
    class Meta:
        index_name = "by_owner"
        projection = AllProjection()

    owner_type = UnicodeAttribute(hash_key=True)
    created_key = UnicodeAttribute(range_key=True)


class _ByStatus(GlobalSecondaryIndex[Any]):
    class Meta:
        index_name = "by_status"
        projection = AllProjection()

    owner_status = UnicodeAttribute(hash_key=True)
    created_key = UnicodeAttribute(range_key=True)


class _ByParent(GlobalSecondaryIndex[Any]):
    class Meta:
        index_name = "by_parent"
        projection = AllProjection()

    parent = UnicodeAttribute(hash_key=True)
    created_key = UnicodeAttribute(range_key=True)


class _ByNode(GlobalSecondaryIndex[Any]):
    class Meta:
        index_name = "by_node"
        projection = AllProjection()

    node = UnicodeAttribute(hash_key=True)
    created_key = UnicodeAttribute(range_key=True)


class _ByOwnerParent(GlobalSecondaryIndex[Any]):
    class Meta:
        index_name = "by_owner_parent"
        projection = AllProjection()

    owner_parent = UnicodeAttribute(hash_key=True)
    created_key = UnicodeAttribute(range_key=True)


class _ByOwnerNode(GlobalSecondaryIndex[Any]):
    class Meta:
        index_name = "by_owner_node"
        projection = AllProjection()

    owner_node = UnicodeAttribute(hash_key=True)
    created_key = UnicodeAttribute(range_key=True)


class _ByPublic(GlobalSecondaryIndex[Any]):
    class Meta:
        index_name = "by_public"
        projection = AllProjection()

    public_type = UnicodeAttribute(hash_key=True)
    created_key = UnicodeAttribute(range_key=True)


class _ByWork(GlobalSecondaryIndex[Any]):
    class Meta:
        index_name = "by_work"
        projection = AllProjection()

    work_shard = UnicodeAttribute(hash_key=True)
    work_since = UnicodeAttribute(range_key=True)


class _BySeal(GlobalSecondaryIndex[Any]):
    class Meta:
        index_name = "by_seal"
        projection = KeysOnlyProjection()

    seal_key = UnicodeAttribute(hash_key=True)
    sealed_at = NumberAttribute(range_key=True)


class _ByWatch(GlobalSecondaryIndex[Any]):
    class Meta:
        index_name = "by_watch"
        projection = KeysOnlyProjection()

    watch_shard = UnicodeAttribute(hash_key=True)
    id = UnicodeAttribute(range_key=True)


class _ByDue(GlobalSecondaryIndex[Any]):
    class Meta:
        index_name = "by_due"
        projection = KeysOnlyProjection()

    due_shard = UnicodeAttribute(hash_key=True)
    due_at = UnicodeAttribute(range_key=True)


class _ByAccount(GlobalSecondaryIndex[Any]):
    class Meta:
        index_name = "by_account"
        projection = AllProjection()

    account = UnicodeAttribute(hash_key=True)
    sort = UnicodeAttribute(range_key=True)


class _ByAccountType(GlobalSecondaryIndex[Any]):
    class Meta:
        index_name = "by_account_type"
        projection = AllProjection()

    account_type = UnicodeAttribute(hash_key=True)
    sort = UnicodeAttribute(range_key=True)


class _ByNotice(GlobalSecondaryIndex[Any]):
    class Meta:
        index_name = "by_notice"
        projection = AllProjection()

    notice_shard = UnicodeAttribute(hash_key=True)
    sort = UnicodeAttribute(range_key=True)


class _ByMark(GlobalSecondaryIndex[Any]):
    class Meta:
        index_name = "by_mark"
        projection = AllProjection()

    mark = UnicodeAttribute(hash_key=True)
    sort = UnicodeAttribute(range_key=True)


class ResourceItem(Model):
    """One entity."""

    id = UnicodeAttribute(hash_key=True)
    type = UnicodeAttribute()
    owner = UnicodeAttribute()
    status = UnicodeAttribute()
    created_at = UnicodeAttribute()
    updated_at = UnicodeAttribute()
    version = NumberAttribute()
    generation = NumberAttribute()
    health = UnicodeAttribute()
    work: MapAttribute[str, Any] = MapAttribute(null=True)
    data: MapAttribute[str, Any] = MapAttribute()
    sealed: MapAttribute[str, Any] = MapAttribute()
    parent = UnicodeAttribute(null=True)
    node = UnicodeAttribute(null=True)
    owner_type = UnicodeAttribute()
    owner_status = UnicodeAttribute()
    owner_parent = UnicodeAttribute(null=True)
    owner_node = UnicodeAttribute(null=True)
    created_key = UnicodeAttribute()
    public_type = UnicodeAttribute(null=True)
    work_shard = UnicodeAttribute(null=True)
    work_since = UnicodeAttribute(null=True)
    seal_key = UnicodeAttribute(null=True)
    """The key that the oldest secret is sealed under, and since when, in seconds since 1970."""
    sealed_at = NumberAttribute(null=True)
    watch_shard = UnicodeAttribute(null=True)
    """Set on living nodes that were checked once, and on living credentials."""
    expires_at = NumberAttribute(null=True)
    """Seconds since 1970, of a record that is forgotten by itself."""
    due_shard = UnicodeAttribute(null=True)
    """Set, with the time, on records that are to be looked at then."""
    due_at = UnicodeAttribute(null=True)


class ReservationItem(Model):
    """One thing that must be unique, or one counter."""

    key = UnicodeAttribute(hash_key=True)
    holder = UnicodeAttribute(null=True)
    data: MapAttribute[str, Any] = MapAttribute(null=True)
    value = NumberAttribute(null=True)


class JournalItem(Model):
    """One journal entry, the timeline of one piece of work, or what a deployment used."""

    entity = UnicodeAttribute(hash_key=True)
    sort = UnicodeAttribute(range_key=True)
    name = UnicodeAttribute()
    at = UnicodeAttribute()
    actor = UnicodeAttribute(null=True)
    type = UnicodeAttribute(null=True)
    account = UnicodeAttribute(null=True)
    """Whose audit trail an entry is in; timelines are in none."""
    account_type = UnicodeAttribute(null=True)
    """The same with the type of what it is about."""
    notice_shard = UnicodeAttribute(null=True)
    """Set on an entry that people are to be told of, until they are."""
    data: MapAttribute[str, Any] = MapAttribute()
    steps: MapAttribute[str, Any] = MapAttribute(null=True)
    begun: MapAttribute[str, Any] = MapAttribute(null=True)
    went_wrong = BooleanAttribute(null=True)
    packed = BinarySetAttribute(legacy_encoding=False, null=True)
    """What a deployment used, entry by entry (`chalicelib/domain/packing.py`)."""
    expires_at = NumberAttribute(null=True)


class UsageItem(Model):
    """One usage event: in the outbox, or among its owner's with the gateway's verdict."""

    shard = UnicodeAttribute(hash_key=True)
    sort = UnicodeAttribute(range_key=True)
    user = UnicodeAttribute()
    event = UnicodeAttribute()
    resource = UnicodeAttribute()
    resource_type = UnicodeAttribute()
    at = UnicodeAttribute()
    quantity = NumberAttribute()
    metadata: MapAttribute[str, Any] = MapAttribute()
    mark = UnicodeAttribute(null=True)
    """Whose it is, while it waits and when it is refused: what is counted stands in no index."""
    judged_at = UnicodeAttribute(null=True)
    code = UnicodeAttribute(null=True)
    """Why the gateway does not count it, and its own words for that."""
    detail = UnicodeAttribute(null=True)


class RouteItem(Model):
    """One host name's destination, its certificate's material, a challenge, or a counter."""

    shard = UnicodeAttribute(hash_key=True)
    host = UnicodeAttribute(range_key=True)
    deployment_id = UnicodeAttribute(null=True)
    state = UnicodeAttribute(null=True)
    address = UnicodeAttribute(null=True)
    port = NumberAttribute(null=True)
    node = UnicodeAttribute(null=True)
    alias = UnicodeAttribute(null=True)
    """The host name whose destination is this one's, in place of address and port."""
    certificate = UnicodeAttribute(null=True)
    """The fingerprint of the certificate to serve; its material has an item of its own."""
    hsts = BooleanAttribute(null=True)
    updated_at = UnicodeAttribute(null=True)
    version = NumberAttribute(null=True)
    counter = NumberAttribute(null=True)
    is_counter = BooleanAttribute(null=True)
    fingerprint = UnicodeAttribute(null=True)
    chain = UnicodeAttribute(null=True)
    key = UnicodeAttribute(null=True)
    bound_to = UnicodeAttribute(null=True)
    authority = UnicodeAttribute(null=True)
    not_after = UnicodeAttribute(null=True)
    answer = UnicodeAttribute(null=True)
    expires_at = NumberAttribute(null=True)
    """Seconds since 1970, of what is forgotten by itself."""


class IdempotencyItem(Model):
    """One request that may be repeated: its answer as Powertools keeps it, or what it makes."""

    id = UnicodeAttribute(hash_key=True)
    expiration = NumberAttribute()
    """Seconds since 1970 after which it is as if it were not there."""
    made = UnicodeAttribute(null=True)
    """The id of the record that the request makes, however often it is sent."""


class ResetItem(Model):
    """The newest link by which an account is given another password."""

    id = UnicodeAttribute(hash_key=True)
    expiration = NumberAttribute()
    """Seconds since 1970 after which it is as if it were not there."""
    digest = UnicodeAttribute()
    """What the link is known by: of the link itself nothing is kept."""
    held_until = NumberAttribute()
    """Seconds since 1970 until which somebody uses it; 0 while nobody ever did."""
    used = BooleanAttribute(null=True)


class RateItem(Model):
    """One caller's use of one operation."""

    key = UnicodeAttribute(hash_key=True)
    arrival = NumberAttribute()
    """When the next request is due, in milliseconds since 1970, if all came evenly."""
    expires_at = NumberAttribute()


@dataclass(frozen=True)
class Tables:
    """The models of one installation."""

    resources: type[Any]
    reservations: type[Any]
    journal: type[Any]
    usage: type[Any]
    """Usage events, in the table `money`."""
    ledger: type[Any]
    """Entries of accounts, in the table of money."""
    transactions: type[Any]
    """Whole transactions, likewise."""
    payments: type[Any]
    """Notes of payments, likewise."""
    runs: type[Any]
    """When apps ran, in the table of money."""
    accounts: type[Any]
    """Who ever ran anything, likewise."""
    prices: type[Any]
    """What templates cost since when, likewise."""
    routes: type[Any]
    idempotency: type[Any]
    resets: type[Any]
    """Links for new passwords, in the table of requests that may be repeated."""
    rates: type[Any]


@cache
def tables(installation: str, region: str) -> Tables:
    """Bind the models to `<installation>-<table>`."""

    def bind(model: type[Model], name: str, *indexes: type[Any]) -> type[Any]:
        meta = type(
            "Meta",
            (),
            {
                "table_name": f"{installation}-{name}",
                "region": region,
                "max_retry_attempts": 4,
                "connect_timeout_seconds": 2,
                "read_timeout_seconds": 10,
            },
        )
        members: dict[str, Any] = {"Meta": meta}
        members |= {str(index.Meta.index_name): index() for index in indexes}
        return type(model.__name__, (model,), members)

    bound = Tables(
        resources=bind(
            ResourceItem,
            "resources",
            *(_ByOwner, _ByStatus, _ByParent, _ByNode, _ByOwnerParent, _ByOwnerNode),
            *(_ByPublic, _ByWork, _BySeal, _ByWatch, _ByDue),
        ),
        reservations=bind(ReservationItem, "reservations"),
        journal=bind(JournalItem, "journal", _ByAccount, _ByAccountType, _ByNotice),
        usage=bind(UsageItem, "money", _ByMark),
        ledger=bind(LedgerItem, "money"),
        transactions=bind(TransactionItem, "money"),
        payments=bind(PaymentItem, "money"),
        runs=bind(RunItem, "money"),
        accounts=bind(AccountItem, "money"),
        prices=bind(PriceItem, "money"),
        routes=bind(RouteItem, "routes"),
        idempotency=bind(IdempotencyItem, "idempotency"),
        resets=bind(ResetItem, "idempotency"),
        rates=bind(RateItem, "rates"),
    )
    _connect(*(getattr(bound, part.name) for part in fields(bound)))
    return bound


def _connect(*models: type[Any]) -> None:
    """Have all models ask through one connection, that of the first.

    pynamodb would give each a client of its own, and making one is most of what a function's first
    call takes. Of the models of one table the first tells its keys and indexes.
    """
    shared = models[0]._get_connection().connection
    sharing(shared.session)
    told = {models[0].Meta.table_name}
    for model in models:
        own = model._get_connection()
        if own.table_name not in told:
            shared.add_meta_table(own.get_meta_table())
        told.add(own.table_name)
        own.connection = shared
