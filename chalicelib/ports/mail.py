"""Letters to people, by e-mail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol


@dataclass(frozen=True)
class Letter:
    """One e-mail to one address; `text` and `html` say the same."""

    to: str
    subject: str
    text: str
    html: str
    unsubscribe: str = ""
    """Where mail programs post that no more of these shall come (RFC 8058); empty for letters that
    must arrive."""
    channel: str = ""
    """The notice channel that it goes through, which what comes back of it tells."""


@dataclass(frozen=True)
class Returned:
    """A letter that came back, or that its reader reported as spam."""

    kind: Literal["delayed", "bounced", "complained"]
    """`bounced` for good, or `delayed`: not taken this time, after all tries."""
    address: str
    channel: str
    """The notice channel that it went through; empty where it does not tell."""
    letter: str
    """The letter's own id."""
    at: str
    """When it came back, as RFC 3339 in UTC."""
    detail: str
    """Why, in plain words."""


class Mail(Protocol):
    """Whoever delivers letters, all of them from the installation's own address."""

    def send(self, letter: Letter) -> str:
        """Hand a letter over and return its Message-ID; it arrives within minutes, or bounces.

        Raises `MailUnavailable` when it was not taken, or nobody knows whether it was, and trying
        again helps: a letter may arrive twice. Raises `MailRefused` when it will not be taken as
        it is: the address is none, or the installation may not write to it. No error holds what
        the letter says, or to whom.
        """
