"""Templates taken out of the catalogue by the owner of the platform, with a reason that is shown.

The creator reads it on the template, which cannot be published until it is readmitted, and whoever
runs an app of it reads it on the app. What runs goes on, with the version that it has.
"""

from __future__ import annotations

from chalicelib.domain import clock
from chalicelib.domain.errors import Conflict, Contended, NotFound, Stale
from chalicelib.domain.events import OPERATOR
from chalicelib.ports.records import Change, Record, Selection
from chalicelib.services.catalogue import catalogue
from chalicelib.services.tools import Tools

WITHDRAWN = "withdrawn_reason"
"""The attribute of a template and of its apps: why it was withdrawn; null while it is not."""
PAGE = 50
TRIES = 3
SECONDS = 12.0
"""How long one call tells apps; what is left is told by the next one."""


def refuse_withdrawn(template: Record) -> None:
    """Raise `Conflict` with code `withdrawn` and the reason for a template that was withdrawn."""
    if reason := template.attributes.get(WITHDRAWN):
        detail = f"The platform's owner took it out of the catalogue: {reason}"
        raise Conflict(detail, code="withdrawn")


def template_of(tools: Tools, template_id: str) -> Record:
    """Read a template. Raises `NotFound`."""
    record = tools.records().get(template_id)
    if record is None or record.type != "templates" or record.status == "deleted":
        raise NotFound(f"There is no template {template_id}.")
    return record


def withdraw(tools: Tools, template: Record, *, reason: str) -> bool:
    """Take a template out of the catalogue; returns whether that was not so, for that reason."""
    if template.attributes.get(WITHDRAWN) == reason:
        return False
    changed: dict[str, str | bool] = {WITHDRAWN: reason}
    if template.public:
        changed |= {"published": False, "released": True}
    tools.records().commit(
        Change(
            of=template,
            status="draft" if template.public else None,
            attributes=changed,
            public=False,
            if_version=template.version,
        ),
        tools.told(template, "withdrawn", OPERATOR, why=reason),
    )
    if template.public:
        catalogue.changed(tools, template)
    return True


def readmit(tools: Tools, template: Record, *, reason: str) -> bool:
    """Let a template be published again, by its creator; returns whether it was withdrawn."""
    if not template.attributes.get(WITHDRAWN):
        return False
    tools.records().commit(
        Change(of=template, attributes={WITHDRAWN: None}, if_version=template.version),
        tools.told(template, "readmitted", OPERATOR, why=reason),
    )
    return True


def tell_apps(tools: Tools, template: Record, after: str | None) -> tuple[int, str | None]:
    """Have the apps of a template show how it stands, from a place in their list on.

    Returns how many were told, and the place of what is left; None at the end. An app that shows
    it already is not told again.
    """
    begun, told = tools.now(), 0
    every = Selection("deployments", parent=template.id)
    while True:
        page = tools.records().select(every, limit=PAGE, after=after, before=None)
        told += sum(_tell(tools, app.id, template) for app in page.records)
        after = page.after
        if after is None or clock.seconds_between(begun, tools.now()) >= SECONDS:
            return told, after


def _tell(tools: Tools, app_id: str, template: Record) -> bool:
    """Tell one app, as it is at this moment; returns whether there was something to tell."""
    reason = template.attributes.get(WITHDRAWN)
    name = "template_withdrawn" if reason else "template_readmitted"
    for _ in range(TRIES):
        app = tools.records().get(app_id)
        if app is None or app.status == "deleted" or app.attributes.get(WITHDRAWN) == reason:
            return False
        try:
            tools.records().commit(
                Change(of=app, attributes={WITHDRAWN: reason}, if_version=app.version),
                tools.told(
                    app, name, OPERATOR, template=template.attributes["name"], why=reason or ""
                ),
            )
        except Stale:
            continue
        return True
    raise Contended("An app changes again and again.")
