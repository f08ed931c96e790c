"""Apps are offered a new version of their template: once for each, and nothing about them changes.

A version reaches every app of its template by messages, and the daily round of invoices looks once
more at what runs. Which version an app takes, and when, is its owner's to say.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from chalicelib.domain.semver import precedence
from chalicelib.ports.records import Change, Record
from chalicelib.services.catalogue.template_apps import ask, go_through, running, tell_each
from chalicelib.services.tools import Tools

SYSTEM = "hoster"


@dataclass(frozen=True)
class Offered:
    """Asks for the apps of a template to be offered its version, from a place in their list on."""

    offering: str
    """The template."""
    after: str = ""


def published(tools: Tools, template: str) -> None:
    """Ask for every app of a template to be offered the version that was just published."""
    ask(tools, asdict(Offered(template)))


def follow(tools: Tools, asked: Offered, *, seconds: float) -> Counter[str]:
    """Offer the apps of a template its version, a page at a time; returns what was done.

    What is left after some seconds is left to the consumer of the queue, by a message.
    """
    told = go_through(
        tools,
        asked.offering,
        lambda apps: offer(tools, apps),
        after=asked.after,
        seconds=seconds,
        rest=lambda place: asdict(Offered(asked.offering, place)),
    )
    return Counter(offered=told)


def follow_running(tools: Tools, owner: str) -> Counter[str]:
    """Offer the apps of an account that run their template's version; returns what was done."""
    return Counter(offered=offer(tools, running(tools, owner)))


def offer(tools: Tools, apps: Iterable[str]) -> int:
    """Offer apps the published version of their template where it is later than any they know.

    Returns to how many it was told. Raises `Contended` when others keep coming between.
    """

    def news(present: list[Record]) -> dict[str, Record]:
        wanted = tuple(sorted({app.attributes["template_id"] for app in present}))
        templates = tools.records().get_many(wanted)
        of = {app.id: templates.get(app.attributes["template_id"]) for app in present}
        return {app.id: t for app in present if (t := of[app.id]) and _is_news(app, t)}

    return tell_each(tools, apps, news, lambda app, template: _offer(tools, app, template))


def _is_news(app: Record, template: Record) -> bool:
    """Whether a template's version is published and after all that an app has or was offered."""
    known = [app.attributes.get(name) for name in ("template_version", "newest_version")]
    newest = precedence(template.attributes["version"])
    return template.public and all(newest > precedence(version) for version in known if version)


def _offer(tools: Tools, app: Record, template: Record) -> None:
    """Note a version at one app and tell it, unless the app changed meanwhile (`Stale`)."""
    newest = template.attributes["version"]
    tools.records().commit(
        Change(of=app, attributes={"newest_version": newest}, if_version=app.version),
        tools.told(
            app,
            "version_offered",
            SYSTEM,
            version=newest,
            present=app.attributes["template_version"],
        ),
    )
