"""What the app proxy is told by a transaction of the in-memory store, and one of its operations."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from chalicelib.domain.errors import ProductError, Stale, Taken
from chalicelib.domain.routes import CERTIFICATES, CHALLENGES, leads_nowhere, shard_of
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

if TYPE_CHECKING:
    from tests.fakes.records import FakeRecords


@dataclass
class Operation:
    """One operation: what it is of, whether its condition holds, and how it is done.

    One without a `refusal` whose condition does not hold is left out.
    """

    kind: str
    of: tuple[str, ...]
    holds: bool
    do: Callable[[], object]
    refusal: Callable[[], ProductError] | None = None
    yields: bool = False
    """Whether it is left out behind another one of the same thing."""


@dataclass
class Route:
    """Where a host name leads."""

    deployment: str
    state: str
    address: str
    port: int
    version: int = 1
    node: str = ""
    alias: str = ""
    certificate: str = ""
    hsts: bool | None = None


def without_repeats(before: list[Operation], made: Iterable[Operation]) -> list[Operation]:
    """The operations that are not left out behind those before."""
    things = {op.of for op in before}
    return [op for op in made if not (op.yields and op.of in things)]


def _of(host: str) -> tuple[str, ...]:
    return ("route", shard_of(host), host)


def _set_route(store: FakeRecords, write: SetRoute) -> Operation:
    known = store.routes.get(write.host) or Route("", "", "", 0, version=0)
    route = Route(
        write.deployment,
        write.state,
        write.address,
        write.port,
        known.version + 1,
        node=write.node,
        certificate=known.certificate,
        hsts=known.hsts,
    )
    return Operation(
        "update", _of(write.host), True, lambda: store.routes.__setitem__(write.host, route)
    )


def _set_alias(store: FakeRecords, write: SetAlias) -> Operation:
    known = store.routes.get(write.host) or Route("", "", "", 0, version=0)
    route = Route(
        write.deployment,
        write.state,
        "",
        0,
        known.version + 1,
        alias=write.of,
        certificate=known.certificate,
        hsts=known.hsts if write.hsts is None else write.hsts,
    )
    return Operation(
        "update",
        _of(write.host),
        write.state != "unverified" or known.deployment in ("", write.deployment),
        lambda: store.routes.__setitem__(write.host, route),
        lambda: Taken(f"{write.host} is another app's.", code="name_taken"),
    )


def _remove_route(store: FakeRecords, write: RemoveRoute) -> Operation:
    known = store.routes.get(write.host)
    return Operation(
        "delete",
        _of(write.host),
        write.of is None or (known is not None and known.deployment == write.of),
        lambda: store.routes.pop(write.host, None),
    )


def _set_certificate(store: FakeRecords, write: SetCertificate) -> tuple[Operation, ...]:
    known = store.routes.get(write.host)

    def serve() -> None:
        if known is not None:
            after = replace(known, certificate=write.fingerprint, version=known.version + 1)
            store.routes[write.host] = after

    return (
        Operation(
            "put",
            ("route", CERTIFICATES, write.host),
            True,
            lambda: store.certificates.__setitem__(write.host, write),
        ),
        Operation(
            "update",
            _of(write.host),
            known is not None or leads_nowhere(write.host),
            serve,
            lambda: Stale(f"{write.host} leads nowhere any more."),
        ),
    )


def _remove_certificate(store: FakeRecords, write: RemoveCertificate) -> tuple[Operation, ...]:
    known = store.routes.get(write.host)

    def serve_no_longer() -> None:
        if known is not None:
            store.routes[write.host] = replace(known, certificate="", version=known.version + 1)

    return (
        Operation(
            "delete",
            ("route", CERTIFICATES, write.host),
            True,
            lambda: store.certificates.pop(write.host, None),
        ),
        Operation(
            "delete" if leads_nowhere(write.host) else "update",
            _of(write.host),
            known is not None and bool(known.certificate),
            serve_no_longer,
            yields=True,
        ),
    )


def _reseal_certificate(store: FakeRecords, write: ResealCertificate) -> Operation:
    known = store.certificates.get(write.host)

    def reseal() -> None:
        if known is not None:
            store.certificates[write.host] = replace(known, key=write.key)

    # What is of no route is told to no proxy.
    return Operation(
        "update",
        ("key", CERTIFICATES, write.host),
        known is not None and known.key == write.was,
        reseal,
        lambda: Stale(f"The certificate of {write.host} is another one."),
    )


def _set_challenge(store: FakeRecords, write: SetChallenge) -> Operation:
    return Operation(
        "put",
        ("route", CHALLENGES, write.token),
        True,
        lambda: store.challenges.__setitem__(write.token, write),
    )


def _remove_challenge(store: FakeRecords, write: RemoveChallenge) -> Operation:
    return Operation(
        "delete",
        ("route", CHALLENGES, write.token),
        True,
        lambda: store.challenges.pop(write.token, None),
    )


ROUTE_MAKERS: dict[type, Callable[..., Operation | tuple[Operation, ...]]] = {
    SetRoute: _set_route,
    SetAlias: _set_alias,
    RemoveRoute: _remove_route,
    SetCertificate: _set_certificate,
    RemoveCertificate: _remove_certificate,
    ResealCertificate: _reseal_certificate,
    SetChallenge: _set_challenge,
    RemoveChallenge: _remove_challenge,
}
