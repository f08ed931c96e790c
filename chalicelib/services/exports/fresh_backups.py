"""Fresh backups of an account's apps for an export: begun a few at a time, and waited for.

A backup is fresh that was begun since the export was asked for, whoever asked for it: so that a
turn that dies begins nothing twice. Nothing here fails the export: an app of which none can be
made is named with the reason, and its latest backup of before is what the export leads to.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from chalicelib.domain import clock
from chalicelib.domain.errors import Contended, InvalidPlan, ProductError, Unavailable
from chalicelib.domain.redeploy import written
from chalicelib.ports.records import Record, Selection
from chalicelib.resources.account_exports import NotBackedUp
from chalicelib.services.backups import backups
from chalicelib.services.backups.backing_up import back_up
from chalicelib.services.backups.backups import BACKING_UP
from chalicelib.services.closings.closings import closing_of
from chalicelib.services.deployments.homes import home_of, node_of
from chalicelib.services.deployments.plans import plan_of
from chalicelib.services.exports.exporting import changed
from chalicelib.services.throwaways import is_for_proof
from chalicelib.services.tools import Tools

MOST_APPS = 200
"""How many apps one export has backed up, the oldest first."""
AT_ONCE = 3
"""How many backups are in hand at a time, each on another server."""
TURN_SECONDS = 20.0
LONGEST_SECONDS = 6 * 3600
"""After so long an export goes on with what is there."""
BUSY_SECONDS = 1800.0
"""How long other work on an app is waited for."""
STILL_SECONDS = 3600.0
"""How long a backup is waited for that does not get on; its own steps give up earlier."""
HAND, WAITING = "backing_up", "to_back_up"
"""The attributes of an export that hold the backups in hand by their apps, and whose turn it is."""
GOING, GONE = "deleting", "deleted"
PASSING = (Unavailable, Contended)
"""What the step is tried again for; anything else is said of the one app."""


@dataclass(frozen=True)
class Awaited:
    """How many apps are backed up of how many that hold data, and a number that rises."""

    done: int
    total: int
    moved: int

    @property
    def message(self) -> str:
        """What is awaited, for people."""
        return f"{self.done} of {self.total} apps are backed up."


@dataclass
class _Turn:
    """What one turn knows of the backups of an export."""

    tools: Tools
    export: Record
    waiting: list[str]
    hand: dict[str, str]
    done: int
    total: int
    missed: list[NotBackedUp]
    apps: dict[str, Record] = field(default_factory=dict)
    """The apps whose backups are in hand."""

    def miss(self, app: Record, reason: str) -> None:
        """Name an app of which there is no fresh backup."""
        name = str(app.attributes["name"])
        self.missed.append({"deployment_id": app.id, "name": name, "reason": reason})

    def leave_out(self) -> None:
        """Count an app out that holds no data, or is no more."""
        self.total -= 1


def back_up_apps(tools: Tools, export: Record) -> Awaited | None:
    """Begin the next backups and look at those in hand; returns what is awaited, None at the end.

    Raises `Unavailable` and `Contended`.
    """
    if not export.attributes.get("fresh_backups"):
        return None
    turn = _turn(tools, export)
    _look(turn)
    if why := _why_over(tools, export):
        _end(turn, why)
    else:
        _begin(turn)
    changed(
        tools,
        export,
        apps_to_back_up=turn.total,
        apps_backed_up=turn.done,
        not_backed_up=turn.missed,
        **{HAND: turn.hand, WAITING: turn.waiting},
    )
    if not turn.waiting and not turn.hand:
        return None
    # How long anything is waited for is bounded here, so that each look counts as news.
    moved = int(clock.seconds_of(tools.now()))
    return Awaited(turn.done, turn.total, moved)


def _turn(tools: Tools, export: Record) -> _Turn:
    known = export.attributes
    waiting = known.get(WAITING)
    if waiting is None:
        waiting = _chosen(tools, export.owner)
        return _Turn(tools, export, waiting, {}, 0, len(waiting), [])
    done, total = known["apps_backed_up"], known["apps_to_back_up"]
    missed = list(known["not_backed_up"])
    return _Turn(tools, export, list(waiting), dict(known[HAND]), done, total, missed)


def _chosen(tools: Tools, owner: str) -> list[str]:
    """The apps that have a place on a server, where data may be."""
    found = tools.records().select(
        Selection("deployments", owner=owner),
        limit=MOST_APPS,
        after=None,
        before=None,
        oldest_first=True,
    )
    return [
        app.id
        for app in found.records
        if app.attributes.get("placed_at") and not is_for_proof(app) and app.status != GOING
    ]


def _why_over(tools: Tools, export: Record) -> str:
    """Why no backup is begun or waited for any more; empty while that goes on."""
    if clock.seconds_between(export.created_at, tools.now()) > LONGEST_SECONDS:
        return f"an export waits for {LONGEST_SECONDS // 3600} hours at most"
    closing = closing_of(tools, export.owner)
    is_removed = closing is not None and closing.status in {"removing", "closed"}
    return "the account is being removed" if is_removed else ""


def _end(turn: _Turn, why: str) -> None:
    """Name what is not done yet, and wait no longer."""
    for app in turn.apps.values():
        turn.miss(app, f"Its backup is not done, and {why}; the backup goes on by itself.")
    for app in turn.tools.records().get_many(tuple(turn.waiting)).values() if turn.waiting else ():
        if app.status not in {GOING, GONE}:
            turn.miss(app, f"Its turn did not come, and {why}.")
    turn.hand, turn.waiting = {}, []


def _look(turn: _Turn) -> None:
    """See what became of the backups in hand."""
    if not turn.hand:
        return
    records = turn.tools.records()
    # The apps first: work that has ended by then has ended its backup too.
    apps = records.get_many(tuple(turn.hand))
    known = records.get_many(tuple(turn.hand.values()))
    for app_id, backup_id in list(turn.hand.items()):
        app, backup = apps.get(app_id), known.get(backup_id)
        if app is None or app.status == GONE:
            turn.leave_out()
        elif backup is not None and backup.status == "complete":
            turn.done += 1
        elif reason := _why_not(turn.tools, app, backup):
            turn.miss(app, reason)
        elif backup is not None and backup.status == "failed":
            turn.leave_out()
        else:
            turn.apps[app_id] = app
            continue
        del turn.hand[app_id]


def _why_not(tools: Tools, app: Record, backup: Record | None) -> str:
    """Why nothing comes of a backup; empty while it goes on, and where nothing was to be saved."""
    if backup is None or backup.status == "deleted":
        return "Its backup was deleted."
    if backup.status == "failed":
        known = backup.attributes
        is_empty = known.get("error_code") == "nothing_to_back_up"
        return "" if is_empty else str(known.get("error_message") or "Its backup failed.")
    if app.attributes.get(BACKING_UP) != backup.id or app.work is None:
        return "Its backup broke off."
    if clock.seconds_between(app.updated_at, tools.now()) > STILL_SECONDS:
        return "Its backup does not get on."
    return ""


def _begin(turn: _Turn) -> None:
    """Begin as many backups as may be in hand, those that wait longest first."""
    until = time.monotonic() + TURN_SECONDS
    servers = {app.node for app in turn.apps.values()}
    for app_id in list(turn.waiting):
        if len(turn.hand) >= AT_ONCE or time.monotonic() > until:
            return
        app = turn.tools.records().get(app_id)
        if app is None or app.status in {GOING, GONE}:
            turn.leave_out()
        elif app.node in servers or _is_put_off(turn, app):
            continue
        elif app_id in turn.hand:
            servers.add(app.node)
        turn.waiting.remove(app_id)


def _is_put_off(turn: _Turn, app: Record) -> bool:
    """Begin an app's backup; whether it has to wait for other work that is in hand."""
    try:
        found = _backup_of(turn.tools, turn.export, app)
    except PASSING:
        raise
    except ProductError as error:
        if error.error_code != "work_in_progress":
            turn.miss(app, error.detail)
            return False
        return not _is_busy_too_long(turn, app)
    if found is None:
        turn.leave_out()
    elif found.status == "complete":
        turn.done += 1
    else:
        turn.hand[app.id], turn.apps[app.id] = found.id, app
    return False


def _is_busy_too_long(turn: _Turn, app: Record) -> bool:
    work, now = app.work, turn.tools.now()
    if work is None or clock.seconds_between(work.started_at, now) <= BUSY_SECONDS:
        return False
    turn.miss(app, f"Other work on it, {work.kind}, is in hand since {work.started_at}.")
    return True


def _backup_of(tools: Tools, export: Record, app: Record) -> Record | None:
    """An app's fresh backup, begun now unless there is one; None where nothing is to be saved.

    Raises as `back_up` does, and `InvalidPlan`.
    """
    since = export.created_at
    if app.work is not None and app.work.kind == "backup":
        in_hand = backups.in_hand(tools, app)
        if in_hand.created_at >= since:
            return in_hand
    elif app.work is None:
        for one in backups.of_app(tools, app.id, limit=1):
            if one.created_at >= since and one.status == "complete":
                return one
        if not _holds_data(tools, app):
            return None
    return back_up(tools, app, actor=export.owner)


def _holds_data(tools: Tools, app: Record) -> bool:
    """Whether anything of an app writes a volume; where its server does not say, a backup tells."""
    plan = plan_of(tools, app)
    if any(written(service, {}) for service in plan.services) or home_of(tools, app) is None:
        return True
    try:
        with node_of(tools, app) as node:
            images = node.volumes.of_images(plan.images)
    except InvalidPlan:
        raise
    except ProductError:
        return True
    return any(written(service, images) for service in plan.services)
