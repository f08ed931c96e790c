"""The timeline of a piece of work as people see it: every step, waiting ones included."""

from __future__ import annotations

from typing import Any, Literal, NotRequired

from typing_extensions import TypedDict

from chalicelib.domain import clock
from chalicelib.domain.errors import Cancelled
from chalicelib.domain.paces import Paces, Stage, remaining
from chalicelib.ports.records import Record, Timeline
from chalicelib.services.tools import Tools
from chalicelib.services.work.paces import known_of

STORIES: dict[str, tuple[tuple[str, float], ...]] = {
    "provision": (
        ("PrepareKeys", 0.3),
        ("CreateServer", 1.5),
        ("AwaitServer", 20),
        ("AwaitSSH", 15),
        ("ReplaceHostKey", 1),
        ("InstallDocker", 30),
        ("SecureServer", 2),
        ("OpenFirewall", 1),
        ("OpenDoor", 3),
        ("VerifyServer", 3),
        ("RegisterNode", 1),
    ),
    "destroy": (
        ("RetireNode", 0.3),
        ("RemoveApps", 0.3),
        ("DestroyServer", 5),
        ("BuryApps", 0.3),
        ("FinishDestroy", 0.3),
    ),
    "lose": (("BuryApps", 0.3), ("FinishLose", 0.2)),
    "deploy": (
        ("PlaceDeployment", 0.3),
        ("PrepareNode", 1),
        ("PullImages", 20),
        ("StartServices", 2),
        ("AwaitHealthy", 4),
        ("PublishRoute", 0.2),
        ("ConfirmRoute", 1),
        ("FinishDeploy", 0.3),
    ),
    "stop": (("WithdrawRoute", 0.2), ("StopServices", 3), ("FinishStop", 0.2)),
    "restart": (
        ("StopServices", 3),
        ("StartServices", 2),
        ("AwaitHealthy", 4),
        ("PublishRoute", 0.2),
        ("ConfirmRoute", 1),
        ("FinishRestart", 0.3),
    ),
    "redeploy": (
        ("PlaceRedeploy", 0.3),
        ("PrepareNode", 1),
        ("PullImages", 20),
        ("MeasureVolumes", 0.5),
        ("SnapshotVolumes", 0.5),
        ("StartServices", 2),
        ("AwaitHealthy", 4),
        ("PublishRoute", 0.2),
        ("ConfirmRoute", 1),
        ("RetireOld", 4),
        ("FinishRedeploy", 0.5),
    ),
    "rollback": (
        ("PlaceDeployment", 0.3),
        ("PrepareNode", 1),
        ("PullImages", 20),
        ("UndoRedeploy", 3),
        ("AwaitOld", 4),
        ("PublishRoute", 0.2),
        ("ConfirmRoute", 1),
        ("FinishRollback", 0.3),
    ),
    "check": (("ReachNode", 1), ("OpenDoor", 3), ("MeasureNode", 1)),
    "certify": (
        ("Preflight", 1),
        ("OrderCertificate", 2),
        ("PublishChallenge", 2),
        ("AwaitValidation", 4),
        ("FinishOrder", 3),
        ("StoreCertificate", 1),
        ("AwaitServed", 2),
        ("FinishCertify", 0.2),
    ),
    "prove": (
        ("OrderServer", 0.3),
        ("AwaitNode", 75),
        ("StartApp", 0.5),
        ("AwaitApp", 30),
        ("OpenRoute", 1),
        ("ObserveApp", 15),
        ("RestartServer", 3),
        ("AwaitReturn", 30),
        ("MeasureApp", 5),
        ("RemoveApp", 5),
        ("ReturnServer", 10),
        ("FinishProof", 0.3),
    ),
    "export": (
        ("BackUpApps", 0.3),
        ("WriteFiles", 3),
        ("JoinPieces", 1),
        ("FinishExport", 0.2),
    ),
    "backup": (
        ("OpenArchives", 1),
        ("SendDumps", 5),
        ("StopServices", 3),
        ("SendVolumes", 10),
        ("ResumeApp", 2),
        ("CheckArchives", 1),
        ("FinishBackup", 0.5),
    ),
    "restore": (
        ("PlaceDeployment", 0.3),
        ("PrepareNode", 1),
        ("PullImages", 20),
        ("FetchArchives", 10),
        ("SwapVolumes", 3),
        ("LoadDumps", 1),
        ("StartServices", 2),
        ("AwaitHealthy", 4),
        ("PublishRoute", 0.2),
        ("ConfirmRoute", 1),
        ("FinishRestore", 0.5),
    ),
    "remove": (("WithdrawRoute", 0.2), ("RemoveServices", 3), ("FinishRemove", 0.2)),
}
"""The steps of each kind of work in order, with the seconds that each takes until runs tell."""
QUIET = frozenset({"FailWork", "KeepRunning", "KeepOld", "EndBackup", "EndRestore"})
"""Steps that people are not shown: they write what the others did."""

GIVEN_UP = frozenset({"EndBackup"})
"""Steps that end work which failed and leave the record as it was, without a word of that."""


class Progress(TypedDict):
    """How far a step is, where that can be counted."""

    done: float
    total: float
    unit: str


class ShownStep(TypedDict):
    """One step of a piece of work; times are RFC 3339."""

    name: str
    state: Literal["waiting", "running", "done", "failed", "undone"]
    started_at: str | None
    ended_at: str | None
    usual_seconds: float | None
    """As earlier work of the same template or credential took; at first what Hoster expects."""
    message: str | None
    progress: Progress | None


class ShownTimeline(TypedDict):
    """The latest work on a thing, step by step."""

    kind: str | None
    generation: int
    execution: str | None
    state: Literal["waiting", "running", "done", "failed", "undone"]
    steps: list[ShownStep]
    remaining_seconds: NotRequired[float | None]
    """How much longer it will take, as a rule; null for work that has ended."""
    error_code: NotRequired[str | None]
    error_detail: NotRequired[str | None]


def shown(tools: Tools, record: Record) -> dict[str, Any]:
    """The attributes of the latest work's timeline; without any work, an empty story."""
    timeline = tools.records().timeline(record.id, record.generation)
    if timeline is None:
        return {"kind": None, "generation": 0, "execution": None, "state": "waiting", "steps": []}
    state = _state(record, timeline)
    steps = _steps(timeline, known_of(tools, record, timeline.kind))
    failed = timeline.standing if state == "failed" else None
    return {
        "kind": timeline.kind,
        "generation": timeline.generation,
        "execution": _execution(record, timeline),
        "state": state,
        "steps": steps,
        "remaining_seconds": _remaining(steps, tools.now()) if state == "running" else None,
        "error_code": failed.code if failed else None,
        "error_detail": failed.message if failed else None,
    }


def _execution(record: Record, timeline: Timeline) -> str:
    """The execution at work; work that was lost goes on in another than the one it began in."""
    work = record.work
    if work is not None and work.generation == timeline.generation:
        return work.execution
    return timeline.execution


def _state(record: Record, timeline: Timeline) -> str:
    if record.work is not None and record.work.generation == timeline.generation:
        return "running"
    if _failed(record):
        return "failed"
    failed = timeline.standing
    if failed and failed.code == Cancelled.code:
        return "undone"
    return "failed" if any(step.name in GIVEN_UP for step in timeline.steps) else "done"


def _failed(record: Record) -> bool:
    """Whether the latest work failed: a node that failed its check has no such status."""
    return record.status == "failed" or bool(record.attributes.get("error_code"))


def _remaining(steps: list[dict[str, Any]], now: str) -> float:
    return remaining(
        Stage(
            step["usual_seconds"] or 0.0,
            step["state"],
            clock.seconds_between(step["started_at"], now) if step["started_at"] else None,
        )
        for step in steps
    )


def _steps(timeline: Timeline, paces: Paces) -> list[dict[str, Any]]:
    story = dict(STORIES[timeline.kind])
    usual = story | {name: pace.seconds for name, pace in paces.items()}
    known = {step.name: step for step in timeline.steps if step.name not in QUIET}
    names = [*story, *(name for name in known if name not in story)]
    steps = []
    for name in names:
        step = known.get(name)
        steps.append(
            {
                "name": name,
                "state": step.state if step else "waiting",
                "started_at": step.started_at if step else None,
                "ended_at": step.ended_at if step else None,
                "usual_seconds": usual.get(name),
                "message": step.message if step else None,
                "progress": step.progress if step else None,
            }
        )
    return steps
