"""Functions that other functions ask and wait for."""

from __future__ import annotations

from typing import Any, Protocol


class Calls(Protocol):
    """The functions under `functions/calls/`, by name without that folder's: `nodes_look`."""

    def call(self, name: str, given: dict[str, Any]) -> dict[str, Any]:
        """Ask a function and return its answer.

        A product error of the function's is raised here as the same error. Nothing is ever asked
        twice. Raises `DeadlinePassed` when no answer comes in time, and `Unavailable` when the
        function cannot be reached, has too much to do, or breaks.
        """
