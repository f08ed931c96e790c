"""Rate limit: a fixed window of a minute for each account (contract, section 3.3)."""

from __future__ import annotations

import time
from collections import defaultdict
from dataclasses import dataclass, field

WINDOW = 60
BURST = 5


@dataclass
class Rates:
    """Counts of the present window."""

    per_minute: int
    counts: dict[tuple[str, int], int] = field(default_factory=lambda: defaultdict(int))

    def take(self, who: str) -> tuple[int, int]:
        """Count one request; return what is left (negative: refused) and when the window ends."""
        window = int(time.time()) // WINDOW
        for key in [key for key in self.counts if key[1] < window]:
            del self.counts[key]
        self.counts[(who, window)] += 1
        return self.per_minute + BURST - self.counts[(who, window)], (window + 1) * WINDOW
