"""Which entries of the journal are told to people, and what they begin or end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

Event = Literal[
    "app_down",
    "deploy_failed",
    "payment",
    "node_offline",
    "domain_failing",
    "certificate_failed",
    "backup_failed",
]
"""What people choose to be told of."""
EVENTS: tuple[Event, ...] = get_args(Event)

Type = Literal[
    "app.down",
    "app.up",
    "deploy.failed",
    "payment.due",
    "payment.failed",
    "node.offline",
    "node.online",
    "domain.failing",
    "domain.recovered",
    "certificate.failed",
    "backup.failed",
    "channel.failed",
    "confirm",
    "test",
]
"""What a notice says that it is."""

EVENT_OF: Mapping[Type, Event] = {
    "app.down": "app_down",
    "app.up": "app_down",
    "deploy.failed": "deploy_failed",
    "payment.due": "payment",
    "payment.failed": "payment",
    "node.offline": "node_offline",
    "node.online": "node_offline",
    "domain.failing": "domain_failing",
    "domain.recovered": "domain_failing",
    "certificate.failed": "certificate_failed",
    "backup.failed": "backup_failed",
}
"""The choice that a type of notice belongs to: who hears of an end hears of its beginning."""

MUST_ARRIVE: frozenset[Type] = frozenset({"payment.due", "payment.failed"})
"""What an account's own address is told of although its reader had notices stopped: what is owed
and what follows from it. Nothing is said of it in these letters that would stop them."""


@dataclass(frozen=True)
class Rule:
    """What an entry means: it tells, or it opens, closes or settles an incident.

    Of an incident its beginning is told once, and its end only after its beginning. One that is
    settled ended by its owner's own doing, and is not told of.
    """

    does: Literal["tells", "opens", "closes", "settles"]
    type: Type
    """The type of the notice; of what settles, what is not told."""
    incident: str = ""
    """What kind of incident it is; empty for what only tells."""
    rank: int = 1
    """An incident that is open is told again when it gets worse: by a higher rank."""


BY_NODE = 0
"""The rank of an app that is down because its server cannot be seen."""
_DOWN = Rule("opens", "app.down", "app")
_UP = Rule("closes", "app.up", "app")
_OVER = Rule("settles", "app.up", "app")
_FAILED = Rule("tells", "deploy.failed")
_BACKUP = Rule("tells", "backup.failed")
_DUE = Rule("tells", "payment.due")
_NODE_OVER = Rule("settles", "node.online", "node")

RULES: Mapping[tuple[str, str], Rule] = {
    ("deployments", "disk_full_stopped"): _DOWN,
    ("deployments", "health_unhealthy"): _DOWN,
    ("deployments", "health_unreachable"): Rule("opens", "app.down", "app", rank=BY_NODE),
    ("deployments", "health_healthy"): _UP,
    ("deployments", "running"): _UP,
    ("deployments", "restarted"): _UP,
    ("deployments", "redeployed"): _UP,
    ("deployments", "stopped"): _OVER,
    ("deployments", "deleted"): _OVER,
    ("deployments", "redeploy_undone"): _FAILED,
    ("deployments", "backup_failed:schedule"): _BACKUP,
    ("deployments", "domain_failing"): Rule("opens", "domain.failing", "domain"),
    ("deployments", "domain_unrouted"): Rule("opens", "domain.failing", "domain", rank=2),
    ("deployments", "domain_gave_up"): Rule("opens", "domain.failing", "domain"),
    ("deployments", "domain_name_taken"): Rule("opens", "domain.failing", "domain"),
    ("deployments", "domain_recovered"): Rule("closes", "domain.recovered", "domain"),
    ("deployments", "domain_verified"): Rule("closes", "domain.recovered", "domain"),
    ("deployments", "domain_removed"): Rule("settles", "domain.recovered", "domain"),
    ("backups", "drill_failed"): _BACKUP,
    ("domains", "certificate_failed"): Rule("opens", "certificate.failed", "certificate"),
    ("domains", "failed"): Rule("opens", "certificate.failed", "certificate"),
    ("domains", "certificate_served"): Rule("settles", "certificate.failed", "certificate"),
    ("nodes", "node_unreachable"): Rule("opens", "node.offline", "node"),
    ("nodes", "node_back"): Rule("closes", "node.online", "node"),
    ("nodes", "deleted"): _NODE_OVER,
    ("nodes", "lost"): _NODE_OVER,
    ("invoices", "invoice_closed"): _DUE,
    ("invoices", "invoice_due"): _DUE,
    ("invoices", "invoice_overdue"): _DUE,
    ("invoices", "stop_announced"): _DUE,
    ("invoices", "apps_stopped"): _DUE,
    ("invoices", "payment_failed"): Rule("tells", "payment.failed"),
}
"""The rule of an entry, by the type of its record and its name, with `:<reason>` for that alone."""

OF_WORK: Mapping[str, Rule] = {
    **dict.fromkeys(("deploy", "redeploy", "restart", "rollback"), _FAILED),
    "backup": _BACKUP,
}
"""The rule of an app's work that failed, by its kind."""
OWED = frozenset({"pending", "failed"})
"""States of an invoice in which it is to be paid."""


def rule_of(kind: str, name: str, data: Mapping[str, Any]) -> Rule | None:
    """What an entry about a record of type `kind` means to people; None when nothing."""
    if (kind, name) == ("deployments", "failed"):
        if data.get("code") == "container_exited":
            return _DOWN
        return OF_WORK.get(str(data.get("work")))
    if (kind, name) == ("deployments", "health_degraded"):
        # Whoever can be seen again is told of no more than that.
        return Rule("closes", "app.up", "app", rank=BY_NODE)
    if (kind, name) == ("nodes", "node_checked"):
        return Rule("closes", "node.online", "node") if data.get("status") == "online" else None
    if name == "invoice_closed" and data.get("status") not in OWED:
        return None
    return RULES.get((kind, f"{name}:{data.get('reason')}")) or RULES.get((kind, name))
