"""What the app proxy is to do — routes, certificates, challenges — as operations.

Every change raises the counter of its shard in the same transaction, and names its host there: the
proxies look at those.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from functools import singledispatchmethod
from typing import Any

from pynamodb.expressions.operand import Path

from chalicelib.adapters.records.operations import Operation
from chalicelib.adapters.records.tables import Tables
from chalicelib.domain.errors import Stale, Taken
from chalicelib.domain.routes import (
    CERTIFICATES,
    CHALLENGES,
    CHANGES,
    COUNTER_HOST,
    leads_nowhere,
    shard_of,
)
from chalicelib.ports.records import Write
from chalicelib.ports.route_writes import (
    RemoveCertificate,
    RemoveChallenge,
    RemoveRoute,
    ResealCertificate,
    SetAlias,
    SetCertificate,
    SetChallenge,
    SetRoute,
)


class Router:
    """Turns what is told to the app proxy into operations on one installation's tables."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables

    @singledispatchmethod
    def operations(self, write: Write) -> Iterator[Operation]:
        """Yield the operations that make up one write."""
        raise TypeError(type(write))

    @operations.register
    def _set_route(self, write: SetRoute) -> Iterator[Operation]:
        table, shard = self.tables.routes, shard_of(write.host)
        yield Operation(
            "update",
            table(shard, write.host),
            actions=(
                table.deployment_id.set(write.deployment),
                table.state.set(write.state),
                table.address.set(write.address),
                table.port.set(write.port),
                table.node.set(write.node) if write.node else table.node.remove(),
                table.alias.remove(),
                table.updated_at.set(write.at),
                table.version.add(1),
            ),
        )
        yield self._count_change(shard, write.host)

    @operations.register
    def _set_alias(self, write: SetAlias) -> Iterator[Operation]:
        table, shard = self.tables.routes, shard_of(write.host)
        free = table.deployment_id.does_not_exist() | (table.deployment_id == write.deployment)
        yield Operation(
            "update",
            table(shard, write.host),
            actions=(
                table.deployment_id.set(write.deployment),
                table.state.set(write.state),
                table.alias.set(write.of),
                *(column.remove() for column in (table.address, table.port, table.node)),
                *(() if write.hsts is None else (table.hsts.set(write.hsts),)),
                table.updated_at.set(write.at),
                table.version.add(1),
            ),
            condition=free if write.state == "unverified" else None,
            refusal=lambda: Taken(f"{write.host} is another app's.", code="name_taken"),
        )
        yield self._count_change(shard, write.host)

    @operations.register
    def _remove_route(self, write: RemoveRoute) -> Iterator[Operation]:
        table, shard = self.tables.routes, shard_of(write.host)
        condition = None if write.of is None else table.deployment_id == write.of
        item = table(shard, write.host)
        yield Operation("delete", item, condition=condition, tells=f"route {write.host}")
        yield self._count_change(shard, write.host)

    @operations.register
    def _set_certificate(self, write: SetCertificate) -> Iterator[Operation]:
        table, shard = self.tables.routes, shard_of(write.host)
        material: dict[str, Any] = {
            "fingerprint": write.fingerprint,
            "chain": write.chain,
            "key": write.key,
            "bound_to": write.bound_to,
            "not_after": write.not_after,
            "authority": write.authority or None,
            "updated_at": write.at,
        }
        yield Operation("put", table(CERTIFICATES, write.host, **material))
        yield Operation(
            "update",
            table(shard, write.host),
            actions=(
                table.certificate.set(write.fingerprint),
                table.updated_at.set(write.at),
                table.version.add(1),
            ),
            condition=None if leads_nowhere(write.host) else table.deployment_id.exists(),
            refusal=lambda: Stale(f"{write.host} leads nowhere any more."),
        )
        yield self._count_change(shard, write.host)
        yield self._count_change(CERTIFICATES, write.host)

    @operations.register
    def _remove_certificate(self, write: RemoveCertificate) -> Iterator[Operation]:
        table, shard, tells = self.tables.routes, shard_of(write.host), f"route {write.host}"
        yield Operation("delete", table(CERTIFICATES, write.host))
        if leads_nowhere(write.host):
            yield Operation("delete", table(shard, write.host), tells=tells)
        else:
            yield Operation(
                "update",
                table(shard, write.host),
                actions=(table.certificate.remove(), table.version.add(1)),
                condition=table.certificate.exists(),
                tells=tells,
            )
        yield self._count_change(shard, write.host)
        yield self._count_change(CERTIFICATES, write.host)

    @operations.register
    def _reseal_certificate(self, write: ResealCertificate) -> Iterator[Operation]:
        table = self.tables.routes
        yield Operation(
            "update",
            table(CERTIFICATES, write.host),
            actions=(table.key.set(write.key),),
            condition=table.key == write.was,
            refusal=lambda: Stale(f"The certificate of {write.host} is another one."),
        )

    @operations.register
    def _set_challenge(self, write: SetChallenge) -> Iterator[Operation]:
        said = {"answer": write.answer, "updated_at": write.at, "expires_at": write.expires_at}
        yield Operation("put", self.tables.routes(CHALLENGES, write.token, **said))
        yield self._count_change(CHALLENGES, write.token)

    @operations.register
    def _remove_challenge(self, write: RemoveChallenge) -> Iterator[Operation]:
        yield Operation("delete", self.tables.routes(CHALLENGES, write.token))
        yield self._count_change(CHALLENGES, write.token)

    def _count_change(self, shard: str, host: str) -> Operation:
        table = self.tables.routes
        return Operation(
            "update",
            table(shard, COUNTER_HOST),
            actions=(table.counter.add(1),),
            tells=shard,
            alone=(Path([secrets.choice(CHANGES)]).set(f"{host} {secrets.token_hex(4)}"),),
        )
