"""What Hoster needs of a certificate authority (ACME, RFC 8555).

Every call asks once and never waits for what the authority does meanwhile. Each may be repeated:
an account is found by its key, an order by its address, and a challenge that was begun stays so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

ChallengeKind = Literal["http-01", "dns-01"]
OrderStatus = Literal["pending", "ready", "processing", "valid"]


@dataclass(frozen=True)
class Challenge:
    """How the authority is shown that a name is ours.

    `http-01`: the `answer` is what port 80 of the name says under the `token`. `dns-01`: the
    `answer` is a TXT record of `_acme-challenge.<name>`.
    """

    kind: ChallengeKind
    token: str
    answer: str
    url: str
    begun: bool
    """Whether the authority was told that the answer is there."""


@dataclass(frozen=True)
class Order:
    """A certificate that is being asked for, as it stands at the authority."""

    url: str
    status: OrderStatus
    challenge: Challenge | None = None
    """What is to be shown; None where the authority still believes an earlier proof."""
    expires_at: str = ""


class Authority(Protocol):
    """One certificate authority, asked under one account.

    Every call raises `AuthorityUnavailable` when it fails or does not answer in time,
    `RateLimited` with the seconds after which the authority lets another try pass,
    `AccountUnknown` when it forgot the account, and
    `AuthorityRefused` with its words where it will not serve this name or account. No error, no
    log and no answer ever holds a key.
    """

    def register(self, contact: str) -> str:
        """Make the account of our key, or find it; returns its address. `contact` may be empty."""

    def order(self, host: str, kind: ChallengeKind) -> Order:
        """Ask for a certificate for one name, to be proven by one kind of challenge.

        Raises `CaaForbids` besides.
        """

    def look(self, url: str, kind: ChallengeKind) -> Order:
        """See how an order stands.

        Raises `ChallengeFailed` with what the authority saw when the proof failed, `CaaForbids`,
        and `OrderInvalid` when the order is over for another reason or unknown.
        """

    def begin(self, challenge: Challenge) -> None:
        """Tell the authority that the answer of a challenge is there. Raises as `look`."""

    def finalize(self, url: str, host: str, key: str) -> None:
        """Ask for the certificate of a ready order, for a private key in PEM.

        Nothing happens when that was asked before. Raises as `look`.
        """

    def certificate(self, url: str) -> str:
        """Read the chain of a valid order: PEM, leaf first. Raises as `look`."""
