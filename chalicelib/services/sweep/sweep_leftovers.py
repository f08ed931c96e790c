"""What is left at a provider of provisions that are destroyed: firewalls, keys and tags.

The destroy of a server takes them along. A server that its owner declared gone is asked of no
provider, and one that returns is destroyed by a sweep: what was theirs goes in a sweep after that.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from chalicelib.domain import clock, sweep
from chalicelib.domain.errors import ProductError, Stale
from chalicelib.domain.sweep import DESTROYED, Standing
from chalicelib.ports.records import Change, Record
from chalicelib.services.sweep.sweep_account import Account
from chalicelib.services.tools import Tools

FOR_SECONDS = 30 * 86_400
"""How long after its end a provision that was declared gone is looked for at the provider."""


def clear(
    tools: Tools,
    account: Account,
    servers: Iterable[Standing],
    clearing: Iterable[str],
    silent: Collection[str] = (),
) -> list[str]:
    """Remove what is left of tombstones of which no server is listed any more.

    `clearing` names those whose server a sweep destroyed here; returns those that are to be looked
    at again. What is in a `silent` region, whose servers could not be listed, waits.
    """
    installation = tools.settings().installation
    standing = {sweep.record_of(server, installation) for server in servers}
    listed = tuple(dict.fromkeys(clearing))
    found = tools.records().get_many(listed) if listed else {}
    todo, left = [], []
    for record_id in listed:
        if record_id in standing or _is_in(silent, account, found.get(record_id)):
            left.append(record_id)
        elif record_id in found:
            todo.append(found[record_id])
    left += [record.id for record in todo if not _cleared(tools, account, record)]
    for record in account.tombstones():
        is_new = record.id not in {*standing, *listed} and not _is_in(silent, account, record)
        if is_new and _is_declared(tools, record):
            _clear_declared(tools, account, record)
    return left


def _is_in(regions: Collection[str], account: Account, record: Record | None) -> bool:
    return record is not None and account.region_of(record) in regions


def _is_declared(tools: Tools, record: Record) -> bool:
    known = record.attributes
    age = clock.seconds_between(record.updated_at, tools.now())
    return bool(known.get("declared_gone") and not known.get("cleared_at") and age < FOR_SECONDS)


def _clear_declared(tools: Tools, account: Account, record: Record) -> None:
    """Clear once, and only where the key is known: elsewhere it is another account."""
    key = _public_key(tools, record)
    try:
        if key is None or not account.cloud(account.region_of(record)).knows_key(key):
            return
    except ProductError as error:
        account.note(account.region_of(record), error)
        return
    if _cleared(tools, account, record):
        try:
            done = Change(
                of=record, attributes={"cleared_at": tools.now()}, if_version=record.version
            )
            tools.records().change(done)
        except Stale:
            return


def _cleared(tools: Tools, account: Account, record: Record) -> bool:
    """Remove firewall, tag and key of a tombstone, the key last: it tells that this is to do."""
    tag, region = str(record.attributes.get("tag") or ""), account.region_of(record)
    if record.status != DESTROYED or not tag:
        return True
    key = _public_key(tools, record)
    try:
        cloud = account.cloud(region)
        cloud.remove_firewall(tag)
        cloud.remove_tag(tag)
        if key is not None:
            cloud.remove_key(key)
    except ProductError as error:
        account.note(region, error)
        return False
    return True


def _public_key(tools: Tools, record: Record) -> str | None:
    key = tools.records().get(record.attributes.get("ssh_key_id") or "")
    return str(key.attributes["public_key"]) if key is not None else None
