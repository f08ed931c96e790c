"""What an owner changes of an app without starting it anew."""

from __future__ import annotations

from chalicelib.domain.backup_times import following
from chalicelib.domain.errors import BadRequest, Conflict, Fault, Invalid, Stale
from chalicelib.ports.records import Change, Record, Write
from chalicelib.resources.deployments import DEPLOYMENTS, UpdateDeployment
from chalicelib.services import uses
from chalicelib.services.backups import backup_targets
from chalicelib.services.backups.backup_targets import APP_TARGET
from chalicelib.services.tools import Tools

LIVING = tuple(sorted(DEPLOYMENTS.states.names - {DEPLOYMENTS.states.final}))
STAYING = tuple(status for status in LIVING if status != "deleting")
"""The states in which an app may begin to use something."""
POINTER = f"/data/attributes/{APP_TARGET}"
TRIES = 4


def change_app(
    tools: Tools, app: Record, given: UpdateDeployment, sent: frozenset[str], *, version: int | None
) -> Record:
    """Change what was sent.

    Raises `BadRequest` when nothing was sent, `Invalid` for a backup target that is not the
    owner's or takes no backups, `Conflict` with code `wrong_state` for another target of an app
    that is being deleted, and `Stale` when it is another version than `version`, or gone.
    """
    values = given.model_dump(mode="json", include=set(sent))
    if not values:
        raise BadRequest("Send at least one attribute to change.", pointer="/data/attributes")
    for _ in range(TRIES):
        try:
            return _changed(tools, app, values, version)
        except Stale:
            found = tools.records().get(app.id)
            if version is not None or found is None or found.status not in LIVING:
                raise
            app = found
    detail = "It keeps changing at this moment; try again."
    raise Conflict(detail, code="conflict")


def _changed(tools: Tools, app: Record, values: dict[str, object], version: int | None) -> Record:
    also = following(app.id, app.attributes, values, tools.now())
    uses_begun, moves = _another_target(tools, app, values)
    change = Change(
        of=app,
        attributes={**also, **values},
        if_status=STAYING if moves else LIVING,
        if_version=app.version if moves else version,
    )
    told = tools.told(app, "updated", app.owner, fields=sorted(values))
    tools.records().commit(change, *uses_begun, told)
    return tools.records().get(app.id) or app


def _another_target(
    tools: Tools, app: Record, values: dict[str, object]
) -> tuple[tuple[Write, ...], bool]:
    """The writes that count another backup target instead of the present one, if it is another."""
    old, new = app.attributes.get(APP_TARGET), values.get(APP_TARGET)
    if APP_TARGET not in values or old == new:
        return (), False
    if app.status not in STAYING:
        raise Conflict(f"It is {app.status}: its backups go nowhere else.", code="wrong_state")
    writes: tuple[Write, ...] = (uses.ended(old, app.id),) if old else ()
    if new is not None:
        writes += uses.begun(_usable(tools, app, str(new)), app.id)
    return writes, True


def _usable(tools: Tools, app: Record, target_id: str) -> Record:
    target = backup_targets.own(tools, target_id, app.owner)
    if target is None:
        detail = f"There is no backup target {target_id} of yours."
        raise Invalid((Fault(POINTER, detail, "not_found"),))
    if target.status == "invalid":
        detail = f"{APP_TARGET}: {backup_targets.refusal_of(target).detail}"
        raise Invalid((Fault(POINTER, detail, "target_invalid"),))
    return target
