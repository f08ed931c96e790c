"""Finds what a person names: by id, or by a name that only one thing has."""

from __future__ import annotations

import re
from collections.abc import Callable
from difflib import get_close_matches

from hoster_cli import calls, words
from hoster_cli.api import Api
from hoster_cli.calls import Call
from hoster_cli.errors import Document, Misused, NotFound

_ID = re.compile(r"(?:tmpl|node|cred|prov|inv)_[\w-]+|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
BACKUP = "bkp_"
TEMPLATE_NAMES = ("name", "slug")


def app(api: Api, named: str) -> Document:
    """An app's resource object."""
    return _found(api, named, "app", calls.GET_APP, lambda: api.all(calls.LIST_APPS), "name")


def backup(api: Api, named: str) -> Document:
    """A backup by its id, or the newest complete one of an app."""
    if named.startswith(BACKUP):
        found: Document = api.ask(calls.GET_BACKUP, named)["data"]
        return found
    of = app(api, named)
    query = {"filter[deployment_id]": of["id"]}
    for one in api.all(calls.LIST_BACKUPS, query=query)["data"]:
        if one["attributes"]["status"] == "complete":
            complete: Document = one
            return complete
    name = of["attributes"]["name"]
    raise NotFound(f"{name} has no complete backup.", hint=f"hoster backups make {name} --wait")


def when(backup: Document) -> str:
    """What a backup is called by people: the moment of its data."""
    return f"{words.moment(backup['attributes']['started_at']):%Y-%m-%d %H:%M} UTC"


def node(api: Api, named: str) -> Document:
    """A server that apps run on."""
    return _found(api, named, "server", calls.GET_NODE, lambda: api.all(calls.LIST_NODES), "name")


def home(api: Api, named: str | None) -> dict[str, str]:
    """The attribute by which an app is made on a server; none where Hoster chooses."""
    return {"node_id": node(api, named)["id"]} if named else {}


def server(api: Api, named: str) -> Document:
    """A server that Hoster made; destroyed ones are found by their ids alone."""
    return _found(
        *(api, named, "server", calls.GET_SERVER, lambda: api.all(calls.LIST_SERVERS)),
        "instance_name",
    )


def credential(api: Api, named: str | None) -> Document:
    """A provider's credential; the only one there is needs no name."""
    if named:
        return _found(
            *(api, named, "credential", calls.GET_CREDENTIAL),
            *(lambda: api.all(calls.LIST_CREDENTIALS), "name"),
        )
    found: list[Document] = api.all(calls.LIST_CREDENTIALS)["data"]
    if len(found) == 1:
        return found[0]
    if not found:
        hint = "Add your provider's token in the web app, under Credentials."
        raise NotFound("There is no credential of a cloud provider.", hint=hint)
    names = ", ".join(one["attributes"]["name"] for one in found)
    raise Misused("There are several credentials.", hint=f"Choose by --credential: {names}.")


def template(api: Api, named: str) -> Document:
    """A template of the catalogue, else a draft of one's own, by id, slug or name."""

    def listed() -> Document:
        found = api.all(calls.LIST_TEMPLATES, query={"filter[search]": named})
        if any(_is_called(one, named, TEMPLATE_NAMES) for one in found["data"]):
            return found
        own = api.all(calls.LIST_TEMPLATES, query={"scope": "mine"})
        return {"data": [*found["data"], *own["data"]]}

    return _found(api, named, "template", calls.GET_TEMPLATE, listed, *TEMPLATE_NAMES)


def _found(
    api: Api, named: str, what: str, get: Call, listed: Callable[[], Document], *names: str
) -> Document:
    """The one thing of this id or name. Raises `NotFound`, or `Misused` where several have it."""
    if _ID.fullmatch(named):
        found: Document = api.ask(get, named)["data"]
        return found
    records: list[Document] = listed()["data"]
    same = [one for one in records if _is_called(one, named, names)]
    if len(same) == 1:
        return same[0]
    if same:
        ids = "\n".join(f"  {one['id']}  {one['attributes'].get('status', '')}" for one in same)
        raise Misused(f"{len(same)} {what}s are called {named}.", hint=f"Name one by id:\n{ids}")
    known = [str(one["attributes"][names[0]]) for one in records]
    near = get_close_matches(named, known, n=3) or known[:3]
    hint = f"There is {', '.join(near)}." if near else ""
    raise NotFound(f"No {what} is called {named}.", hint=hint)


def _is_called(record: Document, named: str, names: tuple[str, ...]) -> bool:
    wanted = named.casefold()
    return any(str(record["attributes"].get(name, "")).casefold() == wanted for name in names)
