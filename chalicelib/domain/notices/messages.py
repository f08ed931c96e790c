"""What a notice says: what of a round goes to one channel, grouped by type, in plain words."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chalicelib.domain.notices.incidents import Item
from chalicelib.domain.notices.rules import EVENT_OF, Event, Type

SHOWN = 50
"""How many things one notice names; of the others it says how many they are."""

SUBJECTS: Mapping[Type, tuple[str, str]] = {
    "app.down": ("{name} is down", "{count} apps are down"),
    "app.up": ("{name} is up again", "{count} apps are up again"),
    "deploy.failed": (
        "A start or change of {name} failed",
        "{count} starts or changes of apps failed",
    ),
    "payment.due": ("{name} is to be paid", "{count} invoices are to be paid"),
    "payment.failed": ("A payment of {name} failed", "{count} payments failed"),
    "node.offline": ("Server {name} is offline", "{count} servers are offline"),
    "node.online": ("Server {name} is back", "{count} servers are back"),
    "domain.failing": (
        "Domain {hostname} does not lead to its app as it should",
        "{count} domains do not lead to their apps as they should",
    ),
    "domain.recovered": (
        "Domain {hostname} leads to its app",
        "{count} domains lead to their apps",
    ),
    "certificate.failed": (
        "No new certificate for {hostname}",
        "No new certificates for {count} domains",
    ),
    "backup.failed": ("A backup of {name} failed", "{count} backups failed"),
}
"""What a notice is called, of one thing and of several."""


@dataclass(frozen=True)
class Message:
    """One notice to one channel."""

    type: Type
    subject: str
    time: str
    items: tuple[dict[str, Any], ...]
    more: int
    """How many things it does not name."""
    entries: tuple[str, ...]
    """The journal entries that it tells, all of them."""


def messages(
    items: Sequence[Item], *, events: Collection[Event], deployment: str = ""
) -> list[Message]:
    """What a channel is told of a round: one message a type.

    One that hears of servers is not told of the apps that went with them by themselves. One of a
    single app hears of that alone.
    """
    hears_nodes = not deployment and "node_offline" in events
    grouped: dict[Type, list[Item]] = {}
    for item in items:
        is_chosen = EVENT_OF[item.type] in events and deployment in ("", item.fact.deployment)
        if is_chosen and not (item.swallowed and hears_nodes):
            grouped.setdefault(item.type, []).append(item)
    return [_message(kind, some, items) for kind, some in grouped.items()]


def _message(kind: Type, some: list[Item], items: Iterable[Item]) -> Message:
    apps = [item for item in items if item.swallowed and item.type == "app.down"]
    return Message(
        kind,
        _subject(kind, some, apps),
        some[-1].fact.at,
        tuple(_shown(item, apps) for item in some[:SHOWN]),
        max(0, len(some) - SHOWN),
        tuple(item.fact.entry for item in some),
    )


def _subject(kind: Type, some: list[Item], apps: list[Item]) -> str:
    one, several = SUBJECTS[kind]
    fact = some[0].fact
    text = (one if len(some) == 1 else several).format(
        name=fact.name, hostname=fact.hostname or fact.name, count=len(some)
    )
    if kind == "node.offline":
        nodes = {item.fact.about for item in some}
        gone = sum(app.fact.node in nodes for app in apps)
        return text + (f", with {gone} app{'' if gone == 1 else 's'}" if gone else "")
    servers = {item.fact.node_name for item in some}
    if kind == "app.down" and all(item.fact.rule.rank == 0 for item in some) and len(servers) == 1:
        server = servers.pop()
        return f"{text}: {f'server {server}' if server else 'the server'} cannot be reached"
    return text


def _shown(item: Item, apps: list[Item]) -> dict[str, Any]:
    """One thing that a notice names."""
    fact = item.fact
    shown: dict[str, Any] = {
        "type": fact.kind,
        "id": fact.about,
        "name": fact.name,
        "at": fact.at,
        "since": item.since,
        "detail": fact.detail,
        "deployment_id": fact.deployment or None,
        "hostname": fact.hostname or None,
    }
    if item.type == "node.offline":
        gone = [app.fact for app in apps if app.fact.node == fact.about]
        shown["apps"] = [{"id": app.about, "name": app.name} for app in gone[:SHOWN]]
        shown["more_apps"] = max(0, len(gone) - SHOWN)
    return shown


def body(message_id: str, document: Mapping[str, Any]) -> dict[str, Any]:
    """A notice as a webhook carries it: `document` as it is kept."""
    return {"id": message_id, **document}


def document(message: Message) -> dict[str, Any]:
    """A notice as it is kept, and as receivers read it."""
    return {
        "type": message.type,
        "time": message.time,
        "subject": message.subject,
        "items": list(message.items),
        "more": message.more,
    }


def lines(document: Mapping[str, Any]) -> list[str]:
    """A notice as lines of a mail: each thing with what happened and when."""
    told: list[str] = []
    for item in document["items"]:
        name = item["hostname"] or item["name"]
        told.append(f"{name}: {item['detail']} ({_moment(item['at'])})")
        told += [f"  - {app['name']}" for app in item.get("apps") or ()]
        if item.get("more_apps"):
            told.append(f"  - and {item['more_apps']} more")
    if document["more"]:
        told.append(f"And {document['more']} more.")
    return told


def _moment(text: str) -> str:
    """A time as people read it, to the second, in UTC."""
    return f"{text[:10]} {text[11:19]} UTC"
