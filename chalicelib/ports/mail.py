"""Letters to people, by e-mail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Letter:
    """One e-mail to one address; `text` and `html` say the same."""

    to: str
    subject: str
    text: str
    html: str


class Mail(Protocol):
    """Whoever delivers letters, all of them from the installation's own address."""

    def send(self, letter: Letter) -> str:
        """Hand a letter over and return its Message-ID; it arrives within minutes, or bounces.

        Raises `MailUnavailable` when it was not taken, or nobody knows whether it was, and trying
        again helps: a letter may arrive twice. Raises `MailRefused` when it will not be taken as
        it is: the address is none, or the installation may not write to it. No error holds what
        the letter says, or to whom.
        """
