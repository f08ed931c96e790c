"""How machines' values are said to people: steps, times, sizes, money."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from hoster_cli.errors import Misused

STEPS: dict[str, str] = {
    "PrepareKeys": "Make its keys",
    "CreateServer": "Order the server",
    "AwaitServer": "Wait for the server",
    "AwaitSSH": "Wait until it lets Hoster in",
    "ReplaceHostKey": "Replace its host key",
    "InstallDocker": "Install Docker",
    "SecureServer": "Secure the server",
    "OpenFirewall": "Open the firewall",
    "OpenDoor": "Put up its door for the app proxy",
    "VerifyServer": "Prove that it is as it should be",
    "RegisterNode": "Measure and register it",
    "ReleaseServer": "Give the server back",
    "RetireNode": "Retire the server",
    "RemoveApps": "Delete its apps",
    "DestroyServer": "Destroy it at the provider",
    "BuryApps": "End the apps that were on it",
    "FinishDestroy": "Make sure that it is gone",
    "PlaceDeployment": "Find its place and address",
    "PrepareNode": "Prepare the server",
    "PullImages": "Pull images",
    "StartServices": "Start services",
    "AwaitHealthy": "Wait until healthy",
    "PublishRoute": "Publish the address",
    "ConfirmRoute": "Check that it answers",
    "FinishDeploy": "Finish",
    "WithdrawRoute": "Withdraw the address",
    "StopServices": "Stop services",
    "FinishStop": "Finish",
    "FinishRestart": "Finish",
    "UndoDeploy": "Undo what was done",
    "UndoRestart": "Start what was stopped",
    "PlaceRedeploy": "Reserve room beside what runs",
    "MeasureVolumes": "See what stays and what is replaced",
    "SnapshotVolumes": "Keep the data as it is",
    "RetireOld": "Take the old containers away",
    "FinishRedeploy": "Finish",
    "UndoRedeploy": "Put back what was",
    "AwaitOld": "Wait until the old one is healthy",
    "FinishRollback": "Finish",
    "OpenArchives": "Measure what is to be saved",
    "SendDumps": "Dump the databases",
    "SendVolumes": "Send the data, packed and encrypted",
    "ResumeApp": "Start the app again",
    "CheckArchives": "Prove what the bucket has",
    "FinishBackup": "Finish",
    "UndoBackup": "Undo what was done",
    "FetchArchives": "Fetch the data and prove it",
    "SwapVolumes": "Put the data in its place",
    "LoadDumps": "Load the databases",
    "FinishRestore": "Finish",
    "UndoRestore": "Put back what was",
    "RemoveServices": "Remove services and data",
    "FinishRemove": "Give everything back",
}
"""The steps of work on apps and servers; one that is not here is called by its own name."""
DOING: dict[str, str] = {
    "deploy": "Starting",
    "start": "Starting",
    "restart": "Restarting",
    "redeploy": "Changing",
    "rollback": "Undoing the change of",
    "stop": "Stopping",
    "backup": "Backing up",
    "restore": "Bringing back the data of",
    "remove": "Deleting",
    "provision": "Setting up",
    "destroy": "Destroying",
}
UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
NOTHING = "-"
"""Stands for what is not known, or not there."""
GIGABYTE = 1024
"""Megabytes in one, as the API counts them."""
KILO = 1024
_PAST = re.compile(r"(\d+)([smhd])")
_JOINT = re.compile(r"(?<=[a-z])(?=[A-Z])")


def step(name: str) -> str:
    """A step as a short sentence."""
    return STEPS.get(name) or _JOINT.sub(" ", name).capitalize()


def doing(kind: str | None, name: str) -> str:
    """What kind of work goes on, on what."""
    return f"{DOING.get(kind or '', 'Working on')} {name}"


def moment(text: str) -> datetime:
    """A time of the API."""
    return datetime.fromisoformat(text)


def clock(text: str) -> str:
    """The time of day of a moment, where this machine is."""
    return f"{moment(text).astimezone():%H:%M:%S}"


def date(text: str | None) -> str:
    """The day of a moment."""
    return f"{moment(text):%Y-%m-%d}" if text else NOTHING


def ago(text: str | None, now: datetime | None = None) -> str:
    """How long ago something was, in its largest unit."""
    if not text:
        return NOTHING
    passed = ((now or datetime.now(UTC)) - moment(text)).total_seconds()
    for unit in ("d", "h", "m"):
        if passed >= UNITS[unit]:
            return f"{int(passed // UNITS[unit])} {'min' if unit == 'm' else unit} ago"
    return "just now"


def since(text: str, now: datetime | None = None) -> str:
    """A moment for the API: `10m`, `2h` and `3d` are in the past, anything else is RFC 3339."""
    past = _PAST.fullmatch(text)
    if past:
        then = (now or datetime.now(UTC)) - timedelta(seconds=int(past[1]) * UNITS[past[2]])
        return f"{then:%Y-%m-%dT%H:%M:%SZ}"
    try:
        given = datetime.fromisoformat(text)
    except ValueError as error:
        hint = "Write 10m, 2h, 3d, or 2026-11-30T18:00:00Z."
        raise Misused(f"{text} is no time.", hint=hint) from error
    return given.astimezone(UTC).isoformat().replace("+00:00", "Z")


def seconds(count: float) -> str:
    """A length of time."""
    if count < 10:
        return f"{count:.1f} s"
    if count < 2 * UNITS["m"]:
        return f"{count:.0f} s"
    return f"{count // 60:.0f} min {count % 60:.0f} s"


def megabytes(count: float | None) -> str:
    """A size."""
    if count is None:
        return NOTHING
    return f"{count / GIGABYTE:.1f} GB" if count >= GIGABYTE else f"{count:.0f} MB"


def size(count: float | None) -> str:
    """A number of bytes, in its largest unit."""
    if count is None:
        return NOTHING
    for unit in ("B", "KB", "MB"):
        if count < KILO:
            return f"{count:.0f} B" if unit == "B" else f"{count:.1f} {unit}"
        count /= KILO
    return f"{count:.1f} GB"


def share(used: float | None, total: float | None) -> str:
    """How much of something is used; what was never measured has no total."""
    return f"{used or 0:g} / {total:g}" if total is not None else NOTHING


def money(cents: int | None, currency: str | None = None) -> str:
    """An amount with two decimals, and its currency where it is known."""
    if cents is None:
        return NOTHING
    amount = f"{'-' if cents < 0 else ''}{abs(cents) // 100:,}.{abs(cents) % 100:02d}"
    return f"{amount} {currency.upper()}" if currency else amount
