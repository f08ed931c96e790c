"""What a round of sweeps found, for people and for programs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]


def ended(found: Json, asked_at: str) -> bool:
    """Whether every account has been swept since a moment."""
    return all(
        report is not None and report["ended_at"] >= asked_at
        for report in found["accounts"].values()
    )


def summary(found: Json, asked_at: str, reason: str | None) -> Json:
    """The last line: `ok` says whether every account was swept and could be asked."""
    reports = [report for report in found["accounts"].values() if report is not None]
    fresh = [report for report in reports if report["ended_at"] >= asked_at]
    kinds = [finding["kind"] for report in reports for finding in report["findings"]]
    work = (found["work"] or {}).get("counts", {})
    return {
        "ok": len(fresh) == len(found["accounts"])
        and all(report["state"] == "done" for report in reports),
        "accounts": len(found["accounts"]),
        "swept": len(fresh),
        "report_only_reason": reason,
        "orphans": kinds.count("orphan"),
        "lost": kinds.count("missing") + kinds.count("gone"),
        "repaired": sum(one["repaired"] for report in reports for one in report["findings"]),
        "errors": sum(len(report["errors"]) for report in reports),
        "stuck": work.get("StuckWork", 0),
        "stray_executions": work.get("StrayExecutions", 0),
    }


def lines(found: Json, total: Json) -> Iterator[str]:
    """Say what was found, one thing a line."""
    for account, report in found["accounts"].items():
        yield from _account(account, report)
    work, held = found["work"] or {}, found["reservations"] or {}
    for stuck in work.get("stuck", ()):
        since = stuck["no_progress_since"]
        yield f"stuck     {stuck['kind']} of {stuck['id']}, at {stuck['step']} since {since}"
    for stray in work.get("stray_executions", ()):
        yield f"stray     {stray['execution']}: its record {stray['record']}"
    for key in held.get("keys", ()):
        yield f"reserved  {key['key']} for {key['holder']}, which is not there"
    if total["report_only_reason"]:
        yield f"\nNothing was repaired. {total['report_only_reason']} Look at what is found, then:"
        yield "  make sweep LIFT=1"
    yield f"\nSwept {total['swept']} of {total['accounts']} accounts in {total['seconds']} s"


def _account(account: str, report: Json | None) -> Iterator[str]:
    if report is None:
        yield f"{account}  not swept yet"
        return
    count = len(report["findings"])
    servers = "1 server" if report["servers"] == 1 else f"{report['servers']} servers"
    yield f"{account}  {servers}, {count or 'no'} finding{'' if count == 1 else 's'}"
    for finding in report["findings"]:
        yield f"  {finding['kind']:<9} {finding['message']}"
        if finding["error"]:
            yield f"            {finding['error']}"
    for error in report["errors"]:
        yield f"  {error['region'] or 'provider'}: {error['message']}"
