"""Apps are offered a new version of their template: once for each, and nothing about them changes.

A version reaches every app of its template by messages, and the daily round of invoices looks once
more at what runs. Which version an app takes, and when, is its owner's to say.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from chalicelib.domain import clock
from chalicelib.domain.errors import Contended, Stale, Unavailable
from chalicelib.domain.semver import precedence
from chalicelib.ports.records import Change, Record
from chalicelib.services.template_apps import go_through
from chalicelib.services.tools import Tools

QUEUE = "invoices"
TRIES = 3
AGAIN_SECONDS = 60
"""When it is looked at once more: an app that is made of the version before is there by then, and
in the index of the template's apps."""
SYSTEM = "hoster"


@dataclass(frozen=True)
class Offered:
    """Asks for the apps of a template to be offered its version, from a place in their list on."""

    offering: str
    """The template."""
    after: str = ""


def published(tools: Tools, template: str) -> None:
    """Ask for every app of a template to be offered the version that was just published."""
    try:
        for delay in (0, AGAIN_SECONDS):
            tools.queue(QUEUE).send(asdict(Offered(template)), delay=delay)
    except Unavailable:
        # The version is there, and on each app's page; the daily round tells what runs.
        return


def follow(tools: Tools, asked: Offered, *, seconds: float) -> Counter[str]:
    """Offer the apps of a template its version, a page at a time; returns what was done.

    What is left after some seconds is left to the consumer of the queue, by a message.
    """
    done = Counter[str]()

    def visit(apps: list[str]) -> None:
        done["offered"] += offer(tools, apps)

    left = go_through(tools, asked.offering, visit, after=asked.after, seconds=seconds)
    if left:
        tools.queue(QUEUE).send(asdict(Offered(asked.offering, left)))
    return done


def follow_running(tools: Tools, owner: str) -> Counter[str]:
    """Offer the apps of an account that run their template's version; returns what was done."""
    now = clock.seconds_of(tools.now())
    runs = tools.runs().reaching(owner, since=now, until=now + 1)
    return Counter(offered=offer(tools, [run.deployment for run in runs]))


def offer(tools: Tools, apps: Iterable[str]) -> int:
    """Offer apps the published version of their template where it is later than any they know.

    Returns to how many it was told. Raises `Contended` when others keep coming between.
    """
    left, count = tuple(apps), 0
    for _ in range(TRIES):
        found = tools.records().get_many(left)
        present = [app for app in found.values() if app.status != "deleted"]
        wanted = tuple(sorted({app.attributes["template_id"] for app in present}))
        templates = tools.records().get_many(wanted)
        missed = []
        for app in present:
            template = templates.get(app.attributes["template_id"])
            if template is None or not template.public or not _is_news(app, template):
                continue
            try:
                _offer(tools, app, template)
                count += 1
            except Stale:
                missed.append(app.id)
        left = tuple(missed)
        if not left:
            return count
    raise Contended("The apps change again and again.")


def _is_news(app: Record, template: Record) -> bool:
    """Whether a template's version comes after all that an app has or was offered."""
    known = [app.attributes.get(name) for name in ("template_version", "newest_version")]
    newest = precedence(template.attributes["version"])
    return all(newest > precedence(version) for version in known if version)


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
