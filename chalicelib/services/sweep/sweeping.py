"""A sweep of one account: servers and records compared, repaired where that is certain, told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chalicelib.domain.sweep import Comparison, compare, unlisted
from chalicelib.ports.records import Record
from chalicelib.services.sweep import sweep_leftovers as leftovers
from chalicelib.services.sweep import sweep_reports
from chalicelib.services.sweep.sweep_account import Account, scope_of
from chalicelib.services.sweep.sweep_asking import CREDENTIALS
from chalicelib.services.sweep.sweep_repairs import Repairs
from chalicelib.services.sweep.sweep_reports import MOST_FINDINGS, ShownFinding, shown_finding
from chalicelib.services.sweep.sweep_state import mode
from chalicelib.services.tools import Tools


def sweep_account(tools: Tools, credential_id: str) -> dict[str, Any] | None:
    """Sweep the account of a credential and keep the report; None when it is gone.

    What the provider refuses is told in the report. Raises what the store raises.
    """
    credential = tools.records().get(credential_id)
    if credential is None or credential.type != CREDENTIALS or credential.status == "deleted":
        return None
    started, allowed = tools.now(), mode(tools)
    before = {**sweep_reports.NEVER, **(tools.reports().of(credential_id) or {})}
    account = Account(tools, credential)
    regions = account.regions(before["regions"])
    servers, silent = account.listed(regions)
    records = account.records(servers)
    orders = [account.order(record) for record in records.values()]
    scope = scope_of(tools, repairs=allowed.repairs, silent=silent)
    evidence = account.evidence(unlisted(servers, orders, scope), records)
    orders = [
        account.seen(one, records[one.id]) if evidence.get(one.id) == "gone" else one
        for one in orders
    ]
    found = compare(servers, orders, evidence, scope)
    told = _repaired(tools, account, records, found)
    returned = {one["provision_id"] for one in told if one["kind"] == "returned"}
    clearing = sorted({*before["clearing"], *(one for one in returned if one)})
    if scope.repairs:
        clearing = leftovers.clear(tools, account, servers, clearing, silent)
    report = {
        "state": "failed" if len(silent) == len(regions) else "done",
        "report_only": not allowed.repairs,
        "report_only_reason": allowed.reason or None,
        "started_at": started,
        "ended_at": tools.now(),
        "servers": len(servers),
        "provisions": sum(order.own and order.status != "destroyed" for order in orders),
        "findings": told,
        "errors": [{**error, "region": error["region"] or None} for error in account.errors],
        # One that never answers is asked again only as long as a record is there.
        "regions": [region for region in regions if region not in silent],
        "clearing": clearing[:MOST_FINDINGS],
        "counts": _counts(told, before["counts"] if silent or account.errors else {}),
    }
    report = sweep_reports.fitting(report)
    tools.reports().keep(credential_id, report)
    return report


def _repaired(
    tools: Tools, account: Account, records: dict[str, Record], found: Comparison
) -> list[ShownFinding]:
    """Make the repairs, and tell every finding with what became of it."""
    repairs = Repairs(tools, account, records)
    failed = {id(one): repairs.make(one) for one in found.repairs}
    return [
        shown_finding(
            one,
            repaired=failed.get(id(one)) == "",
            error=failed.get(id(one)) or "",
        )
        for one in found.findings
    ]


def _counts(told: list[ShownFinding], before: Mapping[str, int]) -> dict[str, int]:
    """What alarms go by: never fewer than `before`, the counts that a silent provider left."""
    kinds = [finding["kind"] for finding in told]
    found = {
        "OrphanServers": kinds.count("orphan"),
        "LostServers": kinds.count("missing") + kinds.count("gone"),
    }
    return {name: max(many, before.get(name, 0)) for name, many in found.items()}
