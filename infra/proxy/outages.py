"""What is away is told once, and once when it is back."""

from __future__ import annotations

import logging
from dataclasses import dataclass

UNWRITABLE = "full or not to be written"
"""How a disk is away."""

log = logging.getLogger("route agent")


@dataclass
class Outage:
    """Tells once that something is away, and once that it is back."""

    what: str
    verb: str = "is"
    lasting: bool = False
    how: str = "away"

    def begin(self, error: Exception) -> None:
        """Tell that it is away, unless that was told."""
        if not self.lasting:
            said = "%s %s %s; the last good copy stays: %s"
            log.warning(said, self.what, self.verb, self.how, error)
        self.lasting = True

    def end(self) -> None:
        """Tell that it is back, if it was away."""
        if self.lasting:
            log.warning("%s %s back", self.what, self.verb)
        self.lasting = False
