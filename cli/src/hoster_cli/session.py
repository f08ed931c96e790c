"""What a command works with: the API as whoever is signed in, and where it prints."""

from __future__ import annotations

import sys
from dataclasses import dataclass

import typer

from hoster_cli import settings
from hoster_cli.api import Api
from hoster_cli.calls import Call
from hoster_cli.errors import Misused, NotFound, Refused
from hoster_cli.show import Show
from hoster_cli.work import Kind, Waiter, expect, expect_gone


@dataclass(frozen=True)
class Follow:
    """Work that is followed to its end, for so many seconds at most."""

    kind: Kind
    within: float


@dataclass
class Session:
    """One command's API and output."""

    api: Api
    show: Show

    def wait(
        self, kind: Kind, record_id: str, name: str, wanted: str, *, within: float, hint: str = ""
    ) -> None:
        """Follow work to its end and tell it. Raises `WorkFailed` when it ends otherwise."""
        record = Waiter(self.api, self.show, within).until_settled(kind, record_id, name)
        if self.show.as_json and record:
            self.show.document(record)
        expect(record, name, wanted, hint)

    def remove(
        self, call: Call, record_id: str, name: str, query: dict[str, str], follow: Follow | None
    ) -> bool:
        """Ask for a deletion and follow it where that is wanted; whether the thing is gone.

        Raises `WorkFailed` when it stays after all.
        """
        try:
            answer = self.api.ask(call, record_id, query=query)
        except NotFound:  # an answer was lost, and the request was sent again
            answer = {}
        if answer and self.show.as_json:
            self.show.document(answer)
        if answer and follow:
            waiter = Waiter(self.api, self.show, follow.within)
            expect_gone(waiter.until_settled(follow.kind, record_id, name), name)
        return not answer or follow is not None


def begin(*, as_json: bool = False, signed_in: bool = True) -> Session:
    """A session by the settings. Raises `Refused` without a token where one is needed."""
    known = settings.current()
    if signed_in and not known.token:
        hint = f"hoster login --url {known.url}, or set {settings.TOKEN}."
        raise Refused(f"You are not signed in at {known.url}.", hint=hint)
    return Session(Api(known.url, known.token), Show(as_json))


def confirm_by_name(name: str, losses: list[str], *, yes: bool) -> None:
    """Have the name typed of what will be lost. Raises `Misused` where nobody can type it."""
    if yes:
        return
    typer.echo(f"This cannot be undone. What {name} loses:", err=True)
    for loss in losses:
        typer.echo(f"  - {loss}", err=True)
    if not sys.stdin.isatty():
        raise Misused("Nobody is there to be asked.", hint="Say --yes to go ahead.")
    if typer.prompt(f"Type {name} to go ahead", default="", show_default=False, err=True) != name:
        raise Misused("That is another name; nothing was done.")


def confirm(question: str, *, yes: bool) -> None:
    """Have a question answered with yes. Raises `Misused` where nobody can, or it is no."""
    if yes:
        return
    if not sys.stdin.isatty():
        raise Misused("Nobody is there to be asked.", hint="Say --yes to go ahead.")
    if not typer.confirm(question, err=True):
        raise Misused("Nothing was done.")
