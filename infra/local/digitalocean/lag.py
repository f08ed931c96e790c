"""Droplets that are not shown yet: the lag of a provider between an order and its own lists.

`{"call": "POST /v2/droplets", "fault": "list_lag", "value": 20}` hides the next droplet that is
made for 20 s, `"3 listings"` from the next three questions that would have shown it. Lists and
readings by id do not know it meanwhile; it is made, can be deleted by its id, and counts at its
tag. On `GET /v2/droplets` the fault takes the newest droplets from as many lists as `times` says.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass

from infra.local.faults import Fault, Faults

USUAL = "1 listings"


@dataclass
class Hidden:
    """How long a droplet is not shown: until a time, or for a number of questions."""

    fault: int
    until: float = 0.0
    questions: int = 0


class Lag:
    """What is hidden now; nothing any more once its fault is cleared, or after a restart."""

    def __init__(self, faults: Faults) -> None:
        self.faults = faults
        self.hidden: dict[str, Hidden] = {}
        self.lock = threading.Lock()

    def hide(self, number: str, fault: Fault) -> None:
        """Hide a droplet from now on as its fault tells."""
        many, _, unit = str(fault.value or USUAL).partition(" ")
        with self.lock:
            if unit.startswith("listing"):
                self.hidden[number] = Hidden(fault.id, questions=int(many))
            else:
                self.hidden[number] = Hidden(fault.id, until=time.monotonic() + float(many))

    def hides(self, number: str) -> bool:
        """Whether a question about this droplet is answered without it; counts the question."""
        with self.lock:
            hidden = self.hidden.get(number)
            if hidden is None:
                return False
            is_over = hidden.questions <= 0 and time.monotonic() >= hidden.until
            if is_over or all(fault.id != hidden.fault for fault in self.faults.known):
                del self.hidden[number]
                return False
            hidden.questions -= 1
            return True
