"""Letters kept in memory, by a deliverer that can be told to fail."""

from __future__ import annotations

from dataclasses import dataclass, field

from chalicelib.domain.errors import MailRefused, MailUnavailable
from chalicelib.ports.mail import Letter


@dataclass
class FakeMail:
    """What was sent, the oldest first."""

    sent: list[Letter] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    """What the next letters end with: `refused` or `away`."""

    def send(self, letter: Letter) -> str:
        failure = self.failures.pop(0) if self.failures else ""
        if failure == "refused":
            raise MailRefused("told to refuse")
        if failure == "away":
            raise MailUnavailable("told to be away")
        self.sent.append(letter)
        return f"<{len(self.sent)}@memory>"
