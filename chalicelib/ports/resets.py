"""Links by which passwords are set anew: of each account the newest, and what became of it."""

from __future__ import annotations

from typing import Literal, Protocol

Standing = Literal["open", "held", "doubtful", "used", "unknown"]
"""Whether a link can be used; is being used; was being used, and nobody knows what came of it, so
that it can be used again; was used; or is not the newest of its account, or forgotten."""


class Resets(Protocol):
    """The newest link of each account, known by its digest. Times are seconds since 1970."""

    def issue(self, account: str, digest: str, expires_at: int) -> None:
        """Have a link in the place of any earlier one, which is no good from now on."""

    def hold(self, account: str, digest: str, now: int, until: int) -> Standing:
        """Take a link for oneself until a time, in one conditional write.

        Returns `open` when it is taken, and otherwise why not. A link that was held and neither
        used nor given back is doubtful when that time has come, and can be taken again.
        """

    def give_back(self, account: str, digest: str) -> None:
        """Have a held link open again: nothing was done with it."""

    def use(self, account: str, digest: str) -> None:
        """Have a link used for good; one that is not the newest any more stays as it is."""

    def standing(self, account: str, digest: str, now: int) -> Standing:
        """What has become of a link."""
