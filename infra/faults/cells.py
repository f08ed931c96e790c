"""The grid of machines, steps and faults: which cells there are, and what one comes to.

Machines and steps are read from `statemachines/` and what a step touches from its declaration, so
that a new step is in the grid by itself.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

from chalicelib.runtime.declaration import Step
from infra.packaging.registry import steps

MACHINES = Path(__file__).resolve().parents[2] / "statemachines"

Fault = Literal[
    "error_before",
    "error_after_effect",
    "timeout",
    "throttle",
    "killed",
    "twice",
    "node_unreachable",
    "docker_killed",
    "disk_full",
    "list_lag",
]
"""What goes wrong while a step is entered.

`error_before`: it raises before it touches anything. `error_after_effect`: all is done, and then
it raises. `timeout`: it takes longer than its function may. `throttle`: what it asks has no time
for it. `killed`: its function dies in the middle. `twice`: two run at once or one after the other.
`node_unreachable`: the server does not answer. `docker_killed`: its Docker dies. `disk_full`: its
disk takes nothing more. `list_lag`: the provider's listing does not show the newest server yet.
"""
FAULTS: tuple[Fault, ...] = get_args(Fault)
ON_NODES = frozenset({"node_unreachable", "docker_killed", "disk_full"})

Mode = Literal["local", "simulated"]

ASKS_THE_NODE = frozenset({"ConfirmRoute"})
"""Steps that reach a server without the layer `nodes`: they call the app's port alone."""
DOCKER_COMES_WITH = "InstallDocker"
"""The step before which a server has no Docker that could die."""


@dataclass(frozen=True, order=True)
class Cell:
    """One fault in one step of one machine; a machine is called as its file."""

    machine: str
    step: str
    fault: Fault

    def __str__(self) -> str:
        return f"{self.machine} {self.step} {self.fault}"


@dataclass(frozen=True)
class Outcome:
    """What a cell came to; counts are of what must not be."""

    cell: Cell
    mode: Mode
    ok: bool
    state: str
    """The state that the record ended in, or was found in when time was up."""
    reason: str = ""
    """Why it failed, as its owner reads it; for a cell that is not ok, what is wrong first."""
    orphans: int = 0
    """Servers at the provider that no record names."""
    double_creates: int = 0
    """Servers made for one order beside the one that it asked for, and not taken away."""
    stuck: int = 0
    """Works in hand past their budget."""
    leaked: int = 0
    """Reservations and counts whose holder is gone."""
    seconds: float = 0.0

    def line(self) -> str:
        """The outcome as one line of JSON."""
        fields = asdict(self)
        return json.dumps({**fields.pop("cell"), **fields})


@cache
def machines() -> dict[str, tuple[str, ...]]:
    """Every machine with its Tasks, in the order in which its file has them."""
    return {
        path.name.partition(".")[0]: tuple(
            name for name, state in _states(path).items() if state["Type"] == "Task"
        )
        for path in sorted(MACHINES.glob("*.asl.json"))
    }


@cache
def declared_steps() -> dict[str, Step]:
    """What each step declares, by its state's name."""
    return {function.state: step for function, step in steps()}


def every_cell() -> tuple[Cell, ...]:
    """The whole grid."""
    return tuple(
        Cell(machine, step, fault)
        for machine, names in machines().items()
        for step in names
        for fault in FAULTS
    )


def why_not(cell: Cell) -> str:
    """Why a cell is not applicable; empty when it is."""
    layers = declared_steps()[cell.step].layers
    if cell.fault == "list_lag":
        return "" if "clouds" in layers else "It lists nothing at a provider."
    if cell.fault not in ON_NODES:
        return ""
    if "nodes" not in layers and cell.step not in ASKS_THE_NODE:
        return "It reaches no server."
    if cell.fault == "docker_killed" and _before_docker(cell):
        return "There is no Docker yet."
    if cell.fault == "disk_full" and "nodes" not in layers:
        return "It writes nothing on a server."
    return ""


def applicable() -> tuple[Cell, ...]:
    """The cells that there are."""
    return tuple(cell for cell in every_cell() if not why_not(cell))


def _before_docker(cell: Cell) -> bool:
    names = machines()[cell.machine]
    return DOCKER_COMES_WITH in names and names.index(cell.step) < names.index(DOCKER_COMES_WITH)


def _states(path: Path) -> dict[str, Any]:
    states: dict[str, Any] = json.loads(path.read_text())["States"]
    return states
