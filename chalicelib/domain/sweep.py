"""What a sweep makes of an account: servers that stand there held against records.

The comparison is a pure function of plain values. It finds what is not as it should be and, where
repairs are allowed, says what to do about what is certain:

- a server is destroyed only when it carries this installation's tag and no other's, and the one
  record that its tag names is destroyed, or lives with another server that stays; one that a
  living record has written down is that record's, whatever its tags say;
- a record's server counts as gone when the provider does not know it and this is the account that
  had it, in two sweeps in a row, and it does not answer any more either;
- what a machine works on is left to it, and what is fresh is not judged: a provider may not show
  for a while what was just made, nor a record what is about to be written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from chalicelib.domain import clock

Evidence = Literal["there", "gone", "stranger"]
"""What the provider says of a server that is not listed: it knows it, it does not although this
is the account that had it, or this seems to be another account."""
Kind = Literal[
    "orphan",
    "unclear",
    "extra",
    "adopted",
    "returned",
    "missing",
    "gone",
    "unproven",
    "stuck",
    "waiting",
]
Repair = Literal["", "adopt", "destroy", "mark", "unmark", "end"]

DESTROYED = "destroyed"
IN_HAND = frozenset({"pending", "creating", "configuring", "destroying"})
"""Statuses that only work in hand leaves."""
_RECORD_TAG = re.compile(r"(?P<installation>.+)-(?P<record>prov_[0-9a-f]{16})")
_INSTALLATION_TAG = re.compile(r"hoster-(?P<installation>[a-z][a-z0-9-]{1,20})")


@dataclass(frozen=True)
class Standing:
    """A server as its provider lists it; `region` is the one whose listing held it."""

    id: str
    name: str
    tags: tuple[str, ...]
    created_at: str = ""
    leaving: bool = False
    address: str | None = None
    region: str = ""
    user: str = "root"
    """Whom its image lets in."""


@dataclass(frozen=True)
class Order:
    """A provision as its record says. Times are RFC 3339."""

    id: str
    name: str
    status: str
    changed_at: str
    region: str = ""
    server: str | None = None
    """The provider's id of its server, where one is recorded."""
    working: bool = False
    stuck: bool = False
    """Whether the work in hand is beyond its budget."""
    missing_since: str | None = None
    seen_at: str | None = None
    """When its server last answered, as long as that is not long ago."""
    own: bool = True
    """Whether this account's credential has to answer for it."""


@dataclass(frozen=True)
class Scope:
    """What a sweep is of, and what it may do."""

    installation: str
    now: str
    lag: float
    """Seconds for which nothing that is new is judged."""
    repairs: bool
    unlisted: frozenset[str] = frozenset()
    """Regions whose servers could not be listed: nothing is said about what is there."""


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it should be, and what is to be done about it, if anything."""

    kind: Kind
    server: Standing | None = None
    order: Order | None = None
    repair: Repair = ""


@dataclass(frozen=True)
class Comparison:
    """What was found; `repairs` are those of the findings that are to be acted on now, in order."""

    findings: tuple[Finding, ...] = ()
    repairs: tuple[Finding, ...] = ()


@dataclass
class _Group:
    """The servers whose tag names one record."""

    judged: list[Standing] = field(default_factory=list)
    fresh: bool = False


def installation_tag(installation: str) -> str:
    """The tag of every server of an installation."""
    return f"hoster-{installation}"


def record_of(server: Standing, installation: str) -> str | None:
    """The id of the one record that a server's tags name, or None."""
    named = [
        found["record"]
        for tag in server.tags
        if (found := _RECORD_TAG.fullmatch(tag)) and found["installation"] == installation
    ]
    return named[0] if len(named) == 1 else None


def is_ours(server: Standing, installation: str) -> bool:
    """Whether a server carries this installation's tag, and no tag of another one."""
    if installation_tag(installation) not in server.tags:
        return False
    found = (
        match["installation"]
        for tag in server.tags
        for match in (_RECORD_TAG.fullmatch(tag), _INSTALLATION_TAG.fullmatch(tag))
        if match
    )
    return all(other == installation for other in found)


def unlisted(servers: Iterable[Standing], orders: Iterable[Order], scope: Scope) -> list[Order]:
    """The records whose server has to be asked for one by one: it is recorded and not listed."""
    known = {server.id for server in servers}
    return [
        order
        for order in orders
        if order.server and order.server not in known and _is_judged(order, scope)
    ]


def compare(
    servers: Iterable[Standing],
    orders: Iterable[Order],
    evidence: Mapping[str, Evidence],
    scope: Scope,
) -> Comparison:
    """Hold servers against records. `evidence` tells, by record, of what `unlisted` names."""
    standing, known = tuple(servers), {order.id: order for order in orders}
    holders = _holders(known.values())
    groups: dict[str, _Group] = {}
    findings: list[Finding] = []
    for server in standing:
        named = known.get(record_of(server, scope.installation) or "")
        order = _whose(server, named, holders)
        if server.leaving:
            continue
        if not is_ours(server, scope.installation):
            findings.append(Finding("unclear", server))
        elif order is None:
            findings.append(Finding("orphan", server))
        else:
            group = groups.setdefault(order.id, _Group())
            group.fresh |= _is_fresh(server.created_at, scope)
            group.judged.append(server)
    for order in known.values():
        group = groups.get(order.id, _Group())
        findings += _of_order(order, group, _look(order, standing, evidence), scope)
    made = [finding for finding in findings if finding.repair and scope.repairs]
    shown = [finding for finding in findings if finding.repair != "unmark"]
    return Comparison(tuple(shown), tuple(made))


def _holders(orders: Iterable[Order]) -> dict[str, list[Order]]:
    """The living records that have a server written down, by its id."""
    found: dict[str, list[Order]] = {}
    for order in orders:
        if order.server and order.status != DESTROYED:
            found.setdefault(order.server, []).append(order)
    return found


def _whose(
    server: Standing, named: Order | None, holders: Mapping[str, list[Order]]
) -> Order | None:
    """Whose a server is: what is written down goes before tags, which anybody may change."""
    written = holders.get(server.id, [])
    return named if named in written or not written else written[0]


def answers(order: Order) -> bool:
    """Whether a server that its provider does not know has answered since that was noticed."""
    return bool(order.seen_at and order.seen_at > (order.missing_since or ""))


_Look = Literal["none", "listed", "leaving", "there", "gone", "stranger", "unknown"]
"""How the recorded server of an order was seen."""


def _look(order: Order, servers: Iterable[Standing], evidence: Mapping[str, Evidence]) -> _Look:
    if order.server is None:
        return "none"
    for server in servers:
        if server.id == order.server:
            return "leaving" if server.leaving else "listed"
    return evidence.get(order.id, "unknown")


def _is_fresh(moment: str, scope: Scope) -> bool:
    try:
        return clock.seconds_between(moment, scope.now) < scope.lag
    except (ValueError, TypeError):
        return False  # a provider that tells no time


def _is_judged(order: Order, scope: Scope) -> bool:
    """Whether anything is said about a record's server now."""
    return (
        order.own
        and not order.working
        and order.status not in {*IN_HAND, DESTROYED}
        and order.region not in scope.unlisted
        and not _is_fresh(order.changed_at, scope)
    )


def _of_order(order: Order, group: _Group, look: _Look, scope: Scope) -> list[Finding]:
    seen = sorted(group.judged, key=lambda server: (server.created_at, server.id))
    if not order.own:
        return []
    if order.status == DESTROYED:
        # Nothing brings a tombstone back to life, whatever else is new.
        return [Finding("returned", server, order, "destroy") for server in seen]
    if order.working or order.status in IN_HAND:
        lost = order.status in IN_HAND and not order.working
        is_late = order.stuck or (lost and not _is_fresh(order.changed_at, scope))
        return [Finding("stuck", None, order)] if is_late else []
    if group.fresh or not _is_judged(order, scope):
        return []
    return _of_settled(order, seen, look, scope)


def _of_settled(order: Order, seen: list[Standing], look: _Look, scope: Scope) -> list[Finding]:
    """Tell of a record on which nothing works and about which nothing is new."""
    match look:
        case "none":
            return _adopted(order, seen)
        case "listed" | "there" | "leaving":
            return _kept(order, seen, look == "listed")
        case "gone":
            return _without_server(order, seen, scope)
        case "stranger":
            return [Finding("unproven", None, order)]
    return []


def _adopted(order: Order, seen: list[Standing]) -> list[Finding]:
    """Give a failed record the oldest server of its tag; the others are extra."""
    if not seen or order.status != "failed":
        return []
    first, *others = seen
    return [
        Finding("adopted", first, order, "adopt"),
        *(Finding("extra", server, order, "destroy") for server in others),
    ]


def _kept(order: Order, seen: list[Standing], listed: bool) -> list[Finding]:
    """Tell of a record whose server stands: others of its tag are extra."""
    found: list[Finding] = []
    if order.missing_since:
        found.append(Finding("missing", None, order, "unmark"))
    if not listed:
        return found
    for server in seen:
        if server.id != order.server:
            found.append(Finding("extra", server, order, "destroy"))
        elif order.status == "failed":
            found.append(Finding("waiting", server, order))
    return found


def _without_server(order: Order, seen: list[Standing], scope: Scope) -> list[Finding]:
    """Tell of a record whose server is gone: once is not enough to believe it.

    One that failed can go on with another server of its tag; one that was ready cannot, since
    what ran there is gone. Its destroy takes the others along.
    """
    if seen and order.status == "failed":
        return _adopted(order, seen)
    if order.missing_since is None:
        return [Finding("missing", None, order, "mark")]
    if clock.seconds_between(order.missing_since, scope.now) < scope.lag:
        return [Finding("missing", None, order)]
    if answers(order):
        return [Finding("missing", None, order)]
    return [Finding("gone", None, order, "end")]
