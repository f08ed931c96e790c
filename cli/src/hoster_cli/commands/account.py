"""Sign in with a token, see who that is, and sign out."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from hoster_cli import calls, settings, words
from hoster_cli.api import Api
from hoster_cli.errors import Document, Misused
from hoster_cli.options import AsJson
from hoster_cli.session import begin
from hoster_cli.settings import Settings
from hoster_cli.show import Show

LIMITS = {
    "deployments": "Apps",
    "cpu_cores": "CPU cores",
    "memory_mb": "Memory",
    "disk_mb": "Disk",
    "nodes": "Servers",
    "domains": "Domains",
}


def login(
    url: Annotated[str, typer.Option(help="Where Hoster is.", envvar=settings.URL)] = "",
    token: Annotated[
        str | None,
        typer.Option(help="An API token; it is asked for, or read from a pipe, where it is left."),
    ] = None,
) -> None:
    """Keep where Hoster is and a token to ask it with, once the token is seen to work."""
    where = settings.checked_url(url or _asked("Address of Hoster"))
    given = (token or _asked("API token", hidden=True)).strip()
    if not given:
        hint = "Make one in the web app, under Settings, Tokens."
        raise Misused("There is no token.", hint=hint)
    account = Api(where, given).ask(calls.GET_ACCOUNT)
    place = settings.store(Settings(where, given))
    Show().done(f"Signed in at {where} as {account['data']['id']}. Kept in {place}.")


def whoami(as_json: AsJson = False) -> None:
    """Say where Hoster is, whose token this is, and what its plan allows."""
    session = begin(as_json=as_json)
    account = session.api.ask(calls.GET_ACCOUNT)
    if as_json:
        session.show.document(account)
        return
    found = account["data"]["attributes"]
    session.show.fields(
        [
            ("Hoster", session.api.url),
            ("Account", account["data"]["id"]),
            ("Plan", found["plan"]),
            ("Note", found["note"]),
            *((_limit(one), _use(one)) for one in found["limits"]),
        ]
    )


def logout() -> None:
    """Forget the stored token; a token is revoked in the web app, under Settings, Tokens."""
    was_there = settings.forget()
    Show().done("Signed out." if was_there else "Nobody was signed in.")


def _asked(question: str, *, hidden: bool = False) -> str:
    """A value that a person types, or that comes through a pipe."""
    if not sys.stdin.isatty():
        return sys.stdin.readline() if hidden else ""
    answer: str = typer.prompt(question, hide_input=hidden, err=True)
    return answer


def _limit(one: Document) -> str:
    name = str(one["limit"])
    return LIMITS.get(name, name.replace("_", " ").capitalize())


def _use(one: Document) -> str:
    told = words.megabytes if str(one["limit"]).endswith("_mb") else "{:g}".format
    return f"{told(one['used'])} of {'any' if one['bound'] is None else told(one['bound'])}"
