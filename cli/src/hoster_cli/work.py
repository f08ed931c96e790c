"""Waits until the work in hand on an app or a server has ended, telling its timeline meanwhile."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from hoster_cli import calls, words
from hoster_cli.api import Api
from hoster_cli.calls import Call
from hoster_cli.errors import Document, NotFound, WorkFailed
from hoster_cli.show import Show
from hoster_cli.timeline import Teller

LOOK_SECONDS = 1.0
WAIT_SECONDS = 1800.0
"""How long anybody waits unless they say so."""


@dataclass(frozen=True)
class Kind:
    """What can be worked on: how it is read and what its timeline is."""

    get: Call
    timeline: Call
    command: str
    """What follows its timeline later."""


APP = Kind(calls.GET_APP, calls.GET_APP_TIMELINE, "hoster timeline {name} --follow")
SERVER = Kind(calls.GET_SERVER, calls.GET_SERVER_TIMELINE, "hoster provision show {name}")


@dataclass
class Waiter:
    """Waits for work; `sleep` and `clock` are what time is taken from."""

    api: Api
    show: Show
    within: float = WAIT_SECONDS
    is_result: bool = False
    """Whether the timeline is what was asked for, and not what is told meanwhile."""
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic

    def until_settled(self, kind: Kind, record_id: str, name: str) -> Document | None:
        """Follow the work in hand to its end; the record as it is then, None when it is gone.

        Raises `WorkFailed` when time is up; the work itself goes on.
        """
        later = f"Follow it: {kind.command.format(name=name)}"
        try:
            return self._followed(kind, record_id, name)
        except TimeoutError as error:
            said = f"{name} is still being worked on after {words.seconds(self.within)}."
            raise WorkFailed(said, hint=f"Nothing was cancelled. {later}") from error
        except KeyboardInterrupt:
            self.show.say(f"\nThe work on {name} goes on. {later}")
            raise

    def _followed(self, kind: Kind, record_id: str, name: str) -> Document | None:
        """The record once nothing is in hand. Raises `TimeoutError` when time is up."""
        end = self.clock() + self.within
        with Teller(self.show, name, is_result=self.is_result) as teller:
            while self.clock() < end:
                try:
                    record = self.api.ask(kind.get, record_id)
                    teller.tell(self.api.ask(kind.timeline, record_id))
                except NotFound:
                    return None
                if record["data"]["attributes"]["work"] is None:
                    return record
                self.sleep(LOOK_SECONDS)
        raise TimeoutError

    def until_tried(self, backup_id: str, name: str) -> Document:
        """Follow the drill of a backup to its end; the backup as it is then.

        Raises `WorkFailed` when time is up; the drill itself goes on.
        """
        end, found = self.clock() + self.within, self.api.ask(calls.GET_BACKUP, backup_id)
        with Teller(self.show, name, is_result=self.is_result) as teller:
            while (drill := found["data"]["attributes"]["drill"])["status"] == "running":
                if self.clock() > end:
                    said = f"{name} is not over after {words.seconds(self.within)}."
                    hint = "Nothing was cancelled. Look at it: hoster backups list"
                    raise WorkFailed(said, hint=hint)
                with suppress(NotFound):  # its app is not made yet, or has gone
                    teller.tell(self.api.ask(calls.GET_APP_TIMELINE, drill["deployment_id"]))
                self.sleep(LOOK_SECONDS)
                found = self.api.ask(calls.GET_BACKUP, backup_id)
        return found


def expect(record: Document | None, name: str, wanted: str, hint: str = "") -> Document:
    """The record, when its work ended as it should. Raises `WorkFailed` with the reason if not."""
    if record is None:
        raise WorkFailed(f"{name} is gone: somebody deleted it meanwhile.")
    found = record["data"]["attributes"]
    if found["status"] == wanted and not found.get("error_code"):
        return record
    why = found.get("error_message") or f"It is {found['status']}."
    code = f" ({found['error_code']})" if found.get("error_code") else ""
    raise WorkFailed(f"{name}: {why}{code}", hint=hint)


def expect_gone(record: Document | None, name: str) -> None:
    """See that what was deleted is gone. Raises `WorkFailed` with the reason if it stays."""
    if record is not None:
        expect(record, name, "deleted", "Say the same again: what is gone already stays gone.")
