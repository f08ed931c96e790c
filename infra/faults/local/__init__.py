"""Cells in the local cloud: real work of real machines, faults where they happen, judged after."""

from infra.faults.local.run import Problems, run

__all__ = ["Problems", "run"]
