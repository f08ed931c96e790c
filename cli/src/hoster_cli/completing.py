"""What a shell offers for a word that is being typed: names that the account has.

A shell waits for it at every press of the key, so that it is asked for once, shortly, and anything
that goes wrong offers nothing.
"""

from __future__ import annotations

from hoster_cli import calls, settings
from hoster_cli.api import Api
from hoster_cli.calls import Call
from hoster_cli.errors import Problem

SECONDS = 3.0
OFFERED = 100
"""Names at most: one page."""


def apps(incomplete: str) -> list[str]:
    """Names of apps that begin like this."""
    return _named(calls.LIST_APPS, "name", incomplete)


def servers(incomplete: str) -> list[str]:
    """Names of servers that Hoster made, that begin like this."""
    return _named(calls.LIST_SERVERS, "instance_name", incomplete)


def nodes(incomplete: str) -> list[str]:
    """Names of servers that apps can run on, that begin like this."""
    return _named(calls.LIST_NODES, "name", incomplete)


def templates(incomplete: str) -> list[str]:
    """Slugs of the catalogue that begin like this."""
    return _named(calls.LIST_TEMPLATES, "slug", incomplete)


def _named(call: Call, attribute: str, incomplete: str) -> list[str]:
    try:
        known = settings.current()
        api = Api(known.url, known.token, seconds=SECONDS, pauses=())
        found = api.ask(call, query={"page[size]": str(OFFERED)})
    except Problem:
        return []
    names = (str(one["attributes"][attribute]) for one in found["data"])
    return [name for name in names if name.startswith(incomplete)]
