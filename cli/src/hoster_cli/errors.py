"""What can go wrong, each with the status that the command ends with."""

from __future__ import annotations

from typing import Any

Document = dict[str, Any]


class Problem(Exception):
    """Something that a person is told in one sentence, and what to do about it in another."""

    exit_code = 1

    def __init__(self, said: str, *, hint: str = "", document: Document | None = None) -> None:
        super().__init__(said)
        self.hint = hint
        self.document = document
        """What the API answered, where it did."""


class WorkFailed(Problem):
    """The work that was begun did not end as it should, or nobody waited long enough."""


class Misused(Problem):
    """The command was asked for something that it cannot be asked for."""

    exit_code = 2


class NotFound(Problem):
    """Nothing has this name or id, or it belongs to somebody else."""

    exit_code = 3


class Refused(Problem):
    """The API will not do it: no account, no right, a limit, a wrong state, a wrong value."""

    exit_code = 4


class Unreachable(Problem):
    """No answer came, or one that says that something behind the API cannot be reached."""

    exit_code = 5
