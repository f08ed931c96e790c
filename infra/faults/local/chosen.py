"""Which cells are played in the local cloud; the simulation has all others."""

from __future__ import annotations

from infra.faults.cells import ON_NODES, Cell, applicable

WHOLE = frozenset({"check", "deploy", "stop", "remove", "destroy", "lose"})
"""Machines of which every cell is played here: with them apps and servers live and go."""
SERVERS = frozenset({"provision"})
MORE_REAL_HERE = ON_NODES | {"killed", "list_lag", "error_after_effect"}
"""Faults of machines that make servers which are more real here than anywhere else."""
DEATHS = frozenset({"killed", "docker_killed"})
"""Faults of all other machines."""


def is_local(cell: Cell) -> bool:
    """Whether a cell is played in the local cloud."""
    if cell.machine in SERVERS:
        return cell.fault in MORE_REAL_HERE - {"disk_full"}
    return cell.machine in WHOLE or cell.fault in DEATHS


def local_cells() -> tuple[Cell, ...]:
    """The cells of the local cloud."""
    return tuple(cell for cell in applicable() if is_local(cell))
