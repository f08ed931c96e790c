"""What must hold whenever nothing is in hand any more and every fault has passed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from chalicelib.domain.routes import leads_nowhere
from chalicelib.ports.records import Record
from chalicelib.ports.route_writes import SetCertificate
from chalicelib.services.accounts import limits as plan_limits
from chalicelib.services.backups.backup_targets import APP_TARGET, TARGET
from chalicelib.services.catalogue.starts import RAN
from chalicelib.services.counters import capacity_key, plan_key, total_key
from chalicelib.services.deployments import coming
from chalicelib.services.deployments.capacity import COUNTED, room_of
from chalicelib.services.deployments.coming import reserved_ports, reserved_room
from chalicelib.services.throwaways import is_for_proof
from infra.faults.simulated.billing import overbilled, unbilled
from infra.faults.simulated.cloud import SimulatedAccount, account_of
from infra.faults.simulated.servers import SimulatedServer
from infra.faults.simulated.start import BROUGHT
from infra.faults.simulated.world import World
from tests.fakes.record_items import record_in

AT_REST = {
    "deployments": frozenset({"pending", "running", "stopped", "failed", "deleted"}),
    "cloud_provisions": frozenset({"ready", "failed", "destroyed"}),
    "template_proofs": frozenset({"proven", "failed", "deleted"}),
    "backups": frozenset({"complete", "failed", "deleted"}),
    "account_exports": frozenset({"ready", "failed", "deleted"}),
    "nodes": frozenset({"online", "offline", "maintenance", "lost", "deleted"}),
    "domains": frozenset({"pending", "verified", "failing", "unrouted", "failed", "removed"}),
}
"""The states in which a record may be without work."""
ENDED = frozenset({"deleted", "destroyed", "removed"})
KEPT = frozenset({"template_proofs", "account_exports", "backups"})
"""What stays as a result of what was, and holds nothing."""
COUNTED_TYPES = frozenset(
    (
        *("cloud_credentials", "cloud_provisions", "nodes", "ssh_keys", "templates"),
        *("template_proofs", "account_exports", "backups", "backup_targets"),
        "notice_channels",
    )
)


def records_of(world: World) -> list[Record]:
    """Every record, tombstones included."""
    return [record_in(item) for item in world.store.items.values()]


def tokens_of(world: World) -> set[str]:
    """The tokens of living credentials."""
    found = set()
    for record in records_of(world):
        if record.type == "cloud_credentials" and record.status not in ENDED:
            text = world.open(record.sealed["credentials"], record.id, "credentials")
            found.add(text["api_token"])
    return found


def in_reach(world: World) -> list[SimulatedAccount]:
    """The accounts that the installation can still speak to."""
    tokens = tokens_of(world)
    found = {id(one): one for token, one in world.accounts.items() if token in tokens}
    return list(found.values())


def breaches(world: World) -> Iterator[str]:
    """Everything that must hold and does not."""
    yield from (f"a function met what it may not: {error}" for error in world.broken)
    records = records_of(world)
    for record in records:
        yield from _record(record)
    yield from _servers(world, {record.id: record for record in records})
    yield from _held(world, {record.id: record for record in records})
    yield from _counted(world, records)
    yield from _routes(world, {record.id: record for record in records})
    yield from _certified(world, {record.id: record for record in records})
    yield from _remains(world, records)
    yield from unbilled(world.store.runs.values(), records)
    yield from overbilled(world.store.runs.values(), world.ran_until)
    for server in world.servers.values():
        yield from (f"clash: {one} on {server.address}" for one in _clashes(server))


def _record(record: Record) -> Iterator[str]:
    if record.work is not None:
        yield f"stuck: {record.id} is at {record.work.kind} {record.work.step} for good"
    elif record.type in AT_REST and record.status not in AT_REST[record.type]:
        yield f"stuck: {record.id} rests in {record.status}"
    if record.status == "failed" and not record.attributes.get("error_message"):
        yield f"silent: {record.id} failed without a reason"


def _servers(world: World, records: dict[str, Record]) -> Iterator[str]:
    for account in in_reach(world):
        by_tag: Counter[str] = Counter()
        for server in account.alive():
            own = next(tag for tag in server.tags if tag.startswith("test-"))
            by_tag[own] += 1
            record = records.get(own.removeprefix("test-"))
            if record is None:
                yield f"orphan: server {server.id} has no record"
            elif record.status in ENDED:
                yield f"orphan: server {server.id} of {record.id}, which is {record.status}"
            elif record.attributes.get("provider_instance_id") != server.id:
                recorded = record.attributes.get("provider_instance_id")
                yield f"orphan: server {server.id} of {record.id}, which names {recorded}"
        for tag, count in by_tag.items():
            if count > 1:
                yield f"double: {count} servers of {tag}"


def _held(world: World, records: dict[str, Record]) -> Iterator[str]:
    for key, (holder, _) in world.store.holders.items():
        record = records.get(holder)
        if record is None or record.status in ENDED:
            yield f"leaked: {key} is held by {holder}, which is gone"
        elif key.startswith("port#") and key not in _ports_of(record):
            yield f"leaked: {key} is held by {holder}, which does not name it"


def _ports_of(app: Record) -> set[str]:
    known = app.attributes
    ports = [port["host_port"] for port in known.get("ports") or []]
    ports += [*reserved_ports(app), *(known.get("lost_ports") or ())]
    return {f"port#{app.node}#{port}" for port in ports}


def _counted(world: World, records: list[Record]) -> Iterator[str]:
    """Hold every counter against what is there."""
    wanted: Counter[str] = Counter()
    for record in records:
        if record.status not in ENDED:
            wanted.update(_counts_of(record))
    used: Counter[str] = Counter()
    for key, value in world.store.counts.items():
        if key.startswith(("uses#", "ran#")):
            used[key.rsplit("#", 1)[0]] += value  # type: ignore[assignment]
        elif round(value - wanted.pop(key, 0), 6):
            yield f"leaked: {key} counts {value:g}, and is not that"
    for key, value in used.items():
        if round(value - wanted.pop(key, 0), 6):
            yield f"leaked: {key} counts {value:g}, and is not that"
    yield from (
        f"leaked: {key} counts nothing of {value:g}" for key, value in wanted.items() if value
    )


def _counts_of(record: Record) -> dict[str, float]:
    """What one living record adds to which counters."""
    known, owner = record.attributes, record.owner
    if record.type == "deployments":
        return _counts_of_app(record)
    found: dict[str, float] = {}
    if record.type in COUNTED_TYPES:
        found[total_key(record.type, owner)] = 1
    if record.type == "cloud_provisions":
        found |= {
            plan_key(name, owner): by for name, by in plan_limits.of_provision(record).items()
        }
        found[f"uses#{known['credential_id']}"] = 1
    if record.type == "backups" and known.get(TARGET):
        found[f"uses#{known[TARGET]}"] = 1
    if record.type == "nodes" and not known.get("provision_id"):
        found[plan_key("max_nodes", owner)] = 1
        if known.get("ssh_key_id"):
            found[f"uses#{known['ssh_key_id']}"] = 1
    return found


def _counts_of_app(app: Record) -> dict[str, float]:
    known, owner = app.attributes, app.owner
    use = Counter(plan_limits.of_deployment(app))
    use.update(coming.claimed(app))
    own = len(known.get("custom_domains") or ())
    use.update({"max_domains": own} if own else {})
    found: dict[str, float] = {plan_key(name, owner): by for name, by in use.items()}
    found |= {total_key("deployments", owner): 1, f"uses#{known['template_id']}": 1}
    if known.get(APP_TARGET):
        found[f"uses#{known[APP_TARGET]}"] = 1
    if known.get(RAN) and not is_for_proof(app):
        found[f"ran#{known['template_id']}"] = 1
    if app.node:
        found[f"uses#{app.node}"] = 1
    if app.node and known.get("placed_at"):
        room = room_of(app).more(reserved_room(app))
        for what, by in zip(COUNTED, room, strict=True):
            found[capacity_key(app.node, what)] = by
    return found


def _routes(world: World, records: dict[str, Record]) -> Iterator[str]:
    for host, route in world.store.routes.items():
        app = records.get(route.deployment)
        if app is None or app.status in ENDED:
            yield f"leaked: {host} leads to {route.deployment}, which is gone"
        elif route.state not in {"unverified", "alias"} and (route.state == "running") != (
            app.status == "running"
        ):
            yield f"astray: {host} is {route.state}, and {app.id} is {app.status}"


def _certified(world: World, records: dict[str, Record]) -> Iterator[str]:
    """Hold what the proxies have of certificates against the domains."""
    for host, given in world.store.certificates.items():
        if not leads_nowhere(host):
            yield from _served(world, given, records.get(given.bound_to))
    for token in world.store.challenges:
        yield f"remains: the proof {token} is shown still"
    for domain in records.values():
        if domain.type == "domains" and domain.status == "verified":
            yield from _certificate_of(domain)


def _served(world: World, given: SetCertificate, domain: Record | None) -> Iterator[str]:
    known = (domain.attributes.get("certificate") or {}) if domain else {}
    route = world.store.routes.get(given.host)
    if route is None:
        yield f"leaked: the certificate of {given.host}, which leads nowhere"
    elif known.get("fingerprint") != given.fingerprint:
        yield f"leaked: the certificate of {given.host} is not that of {given.bound_to}"
    elif route.certificate != given.fingerprint:
        yield f"astray: {given.host} is not served with its certificate"


def _certificate_of(domain: Record) -> Iterator[str]:
    known = domain.attributes
    if not known.get("certificate") and not known.get("certificate_error"):
        yield f"silent: {domain.id} has no certificate, without a reason"
    if known.get("certificate") and domain.sealed:
        yield f"leaked: {domain.id} keeps a key that the proxies have"


def _remains(world: World, records: list[Record]) -> Iterator[str]:
    """What of an ended record is left in the world."""
    accounts = in_reach(world)
    living: set[str] = set()
    for record in records:
        if record.type == "ssh_keys" and record.status not in ENDED:
            living.add(record.attributes["public_key"])
        if record.type == "deployments" and record.status in ENDED:
            yield from _remains_of_app(world, record)
        if record.type == "cloud_provisions" and record.status in ENDED:
            for account in accounts:
                yield from _remains_of_server(account, record)
    for account in accounts:
        yield from (f"remains: {key[:50]} at the provider" for key in account.keys - living)


def _remains_of_server(account: SimulatedAccount, provision: Record) -> Iterator[str]:
    tag = provision.attributes.get("tag")
    if tag in account.firewalls:
        yield f"remains: the firewall of {provision.id}"
    if tag in account.tags:
        yield f"remains: the tag of {provision.id}"


def _remains_of_app(world: World, app: Record) -> Iterator[str]:
    """What of an ended app is on a server that somebody could still clean up."""
    for address in out_of_hand(world) ^ set(world.servers):
        remains = world.servers[address].engine.remains(app.id)
        if remains:
            yield f"remains: {', '.join(remains)} of {app.id} on {address}"


def _clashes(server: SimulatedServer) -> list[str]:
    """What can lose data; a copy that an overtaken step takes late is thrown away with the next."""
    return [clash for clash in server.volumes.clashes if not clash.startswith("take")]


def out_of_hand(world: World) -> set[str]:
    """Servers that were declared lost, and those of accounts that cannot be spoken to any more."""
    numbers = {account.number for account in in_reach(world)}
    return {
        address
        for address in world.servers
        if address in world.given_up or (address != BROUGHT and account_of(address) not in numbers)
    }


def emptiness(world: World) -> Iterator[str]:
    """What is left after everything was deleted, and must not be."""
    yield from breaches(world)
    for record in records_of(world):
        if record.type in AT_REST.keys() - KEPT and record.status not in ENDED:
            yield f"undeletable: {record.id} is {record.status}"
    for account in in_reach(world):
        yield from (f"orphan: server {server.id}" for server in account.alive())
        yield from (f"remains: firewall {name}" for name in account.firewalls)
    yield from (f"leaked: {key}" for key in world.store.holders if not key.startswith("slug#"))
    yield from (f"leaked: {host}" for host in world.store.routes)
