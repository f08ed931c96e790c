"""Whether sweeps may repair, or only report: what they go by survives in one small record.

After a restore the records are older than the servers. Sweeps then say what they find and change
nothing until an operator has looked: the installation's epoch, which a restore raises, is above
the one that was cleared, or no sweep has been written down for a day, as in a table of yesterday.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from chalicelib.domain import clock
from chalicelib.domain.errors import Contended, Stale
from chalicelib.ports.records import Change, Create, Record
from chalicelib.services.tools import Tools

STATE = "sweep"
FIRST_EPOCH = 1
SILENT_SECONDS = 86_400.0
TRIES = 5


@dataclass(frozen=True)
class Mode:
    """What sweeps may do. `reason` says in a sentence why they only report; empty otherwise."""

    reason: str = ""

    @property
    def repairs(self) -> bool:
        """Whether what is certain is repaired."""
        return not self.reason


def mode(tools: Tools) -> Mode:
    """Say what sweeps may do now."""
    return _mode_of(tools, tools.records().get(STATE))


def beat(tools: Tools) -> Mode:
    """Write down that a round of sweeps begins, and say what it may do.

    What stopped repairs stays written until it is lifted, though rounds go on.
    """
    found = tools.records().get(STATE)
    now = _mode_of(tools, found)
    try:
        _write(tools, found, {"held": now.reason, "beat_at": tools.now()})
    except Stale:
        return mode(tools)  # another round began at this moment
    return now


def lift(tools: Tools) -> None:
    """Let sweeps repair again, from this epoch on. Raises `Contended`."""
    for _ in range(TRIES):
        cleared = {"held": "", "beat_at": tools.now(), "cleared_epoch": tools.settings().epoch}
        try:
            _write(tools, tools.records().get(STATE), cleared)
        except Stale:
            continue
        return
    raise Contended("Sweeps begin all the time; try again.")


def _mode_of(tools: Tools, state: Record | None) -> Mode:
    known = state.attributes if state else {}
    epoch, cleared = tools.settings().epoch, int(known.get("cleared_epoch") or FIRST_EPOCH)
    if epoch > cleared:
        return Mode(
            f"The installation was restored: its epoch is {epoch}, and repairs were cleared up to"
            f" {cleared}."
        )
    if known.get("held"):
        return Mode(str(known["held"]))
    silent = clock.seconds_between(known["beat_at"], tools.now()) if known.get("beat_at") else 0.0
    if silent > SILENT_SECONDS:
        return Mode(
            f"No sweep was written down since {known['beat_at']}: either none ran, or the records"
            " were restored."
        )
    return Mode()


def _write(tools: Tools, state: Record | None, fields: dict[str, object]) -> None:
    if state is not None:
        change = Change(of=state, attributes=dict(fields), if_version=state.version)
        tools.records().change(change)
        return
    now = tools.now()
    made = Record(STATE, "sweeps", "hoster", "present", now, now)
    tools.records().commit(Create(replace(made, attributes=dict(fields))))
