"""One of HAProxy's maps, and its file, kept equal to what is wanted."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from infra.proxy.balancer import Balancer, Silent
from infra.proxy.routes import Routes, save

SLOW_SECONDS = 0.05
SAVE_SHARE = 10
"""Where writing the file is slow, it rests for so many times as long as that took."""
FAILED_SECONDS = 5.0
"""After which a file that could not be written is tried again."""


@dataclass
class KeptMap:
    """What one map should hold, what HAProxy was sent, and what the file holds."""

    file: Path
    balancer: Balancer
    want: Routes | None = None
    """What it should hold; replaced, never changed, so that `is` tells whether it is the same."""
    sent: Routes | None = None
    """What HAProxy's map holds; None when that has to be asked."""
    saved: Routes | None = None
    save_due: float = 0.0
    clock: Callable[[], float] = time.monotonic

    def send(self, *, compare: bool) -> None:
        """Have HAProxy follow; `compare` asks it first what it has. Raises `Silent`.

        What was sent in part only is asked for and finished the next time.
        """
        if self.want is None or (self.sent is self.want and not compare):
            return
        have = self.sent
        if have is None or compare:
            have = self.balancer.read(self.file)
        try:
            self.balancer.update(self.file, have, self.want)
        except Silent:
            self.sent = None
            raise
        self.sent = self.want

    @property
    def is_saved(self) -> bool:
        """Whether the file holds what is wanted."""
        return self.saved is self.want

    def save(self, *, at_once: bool = False) -> None:
        """Write the file: seldom where it is large, since the agent does nothing else meanwhile.

        Raises `OSError` when the disk does not take it; it is tried again after a while.
        """
        began = self.clock()
        if self.want is None or self.is_saved or (began < self.save_due and not at_once):
            return
        self.save_due = began + FAILED_SECONDS
        save(self.want, self.file)
        self.saved = self.want
        took = self.clock() - began
        self.save_due = self.clock() + SAVE_SHARE * took if took > SLOW_SECONDS else 0.0
