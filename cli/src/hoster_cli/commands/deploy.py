"""Deploy a template, and bring an app to another version or other values."""

from __future__ import annotations

from typing import Annotated

import typer

from hoster_cli import calls, names, variables, work
from hoster_cli.errors import Document, Problem
from hoster_cli.options import App, AsJson, EnvFile, Node, Template, Timeout, Values, Wait, Yes
from hoster_cli.session import Session, begin, confirm


def deploy(
    template: Template,
    *,
    name: Annotated[str, typer.Option(help="What the app is called; the template's slug.")] = "",
    node: Node = None,
    values: Values = None,
    env_file: EnvFile = None,
    public_nodes: Annotated[
        bool, typer.Option("--public-nodes", help="Somebody else's public server may be taken.")
    ] = False,
    direct: Annotated[
        bool, typer.Option("--direct", help="Its ports can be reached at the server itself too.")
    ] = False,
    wait: Wait = False,
    timeout: Timeout = work.WAIT_SECONDS,
    as_json: AsJson = False,
) -> None:
    """Make an app of a template and start it; with --wait, follow it until it runs."""
    given = variables.given(values, env_file)
    session = begin(as_json=as_json)
    chosen = names.template(session.api, template)
    attributes = {
        "name": name or chosen["attributes"]["slug"],
        "template_id": chosen["id"],
        "variables": given,
        "allow_public_nodes": public_nodes,
        "direct_access": direct,
        **names.home(session.api, node),
    }
    made = session.api.ask(calls.CREATE_APP, attributes=attributes)["data"]
    begun = _started(session, made)
    if wait:
        session.wait(work.APP, made["id"], attributes["name"], "running", within=timeout)
    _tell_begun(session, begun, is_followed=wait)


def update(
    app: App,
    *,
    version: Annotated[
        str | None, typer.Option("--to", help="A version; the template's present one if left.")
    ] = None,
    values: Values = None,
    env_file: EnvFile = None,
    unset: Annotated[
        list[str] | None, typer.Option(metavar="KEY", help="Back to its default; repeatable.")
    ] = None,
    yes: Yes = False,
    wait: Wait = False,
    timeout: Timeout = work.WAIT_SECONDS,
    as_json: AsJson = False,
) -> None:
    """Bring an app to another version, to other values, or to both; what fails is undone.

    Only values change when some are given without --to. Risks for data are told first, and asked
    about.
    """
    changed: dict[str, str | None] = {**variables.given(values, env_file)}
    changed |= dict.fromkeys(unset or ())
    session = begin(as_json=as_json)
    record = names.app(session.api, app)
    present = record["attributes"]["template_version"]
    wanted = version or (None if changed else _newest(session, record))
    attributes: dict[str, object] = {"variables": changed} if changed else {}
    if wanted is not None:
        attributes["version"] = wanted
        if wanted != present:
            _weigh(session, record, wanted, yes=yes)
    begun = session.api.ask(calls.REDEPLOY_APP, record["id"], attributes=attributes)
    if wait:
        ends = record["attributes"]["status"]
        session.wait(work.APP, record["id"], record["attributes"]["name"], ends, within=timeout)
    _tell_begun(session, begun, is_followed=wait)


def _started(session: Session, made: Document) -> Document:
    """Begin the start; where it is refused, say that the app is there all the same."""
    try:
        return session.api.ask(calls.START_APP, made["id"])
    except Problem as error:
        name = made["attributes"]["name"]
        error.hint = f"{name} is made and waits: hoster start {made['id']}. {error.hint}".strip()
        raise


def _newest(session: Session, record: Document) -> str:
    template = session.api.ask(calls.GET_TEMPLATE, record["attributes"]["template_id"])
    return str(template["data"]["attributes"]["version"])


def _weigh(session: Session, record: Document, wanted: str, *, yes: bool) -> None:
    """Tell what a version changes, and have its risks for data accepted."""
    found = record["attributes"]
    answer = session.api.ask(
        calls.GET_VERSION,
        found["template_id"],
        wanted,
        query={"compare": found["template_version"]},
    )
    difference = (answer.get("meta") or {}).get("difference") or {}
    if not session.show.as_json:
        session.show.say(f"{found['name']}: {found['template_version']} → {wanted}")
        for change in difference.get("changes") or ():
            session.show.say(f"  {_change(change)}")
    risks = difference.get("risks") or ()
    for risk in risks:
        session.show.say(f"  ! {risk['service']}: {risk['message']} ({risk['code']})")
    if asked := difference.get("asked"):
        session.show.say(f"  It asks for {', '.join(str(one) for one in asked)}.")
    if risks:
        confirm("Change it all the same?", yes=yes)


def _change(change: Document) -> str:
    before, after = change.get("before"), change.get("after")
    told = " → ".join(str(one) for one in (before, after) if one is not None)
    return f"{change['kind']} {change['name']}{f': {told}' if told else ''}"


def _tell_begun(session: Session, begun: Document, *, is_followed: bool) -> None:
    """Say what happens now, or where the app is once it was followed to its end."""
    record = begun["data"]
    name = record["attributes"]["name"]
    if session.show.as_json:
        if not is_followed:
            session.show.document(begun)
        return
    if notice := (begun.get("meta") or {}).get("notice"):
        session.show.say(str(notice))
    if not is_followed:
        if record["attributes"]["work"] is None:
            session.show.done(f"{name} is changed; it is {record['attributes']['status']}.")
        else:
            session.show.done(f"{name} is on its way. Follow it: hoster timeline {name} --follow")
        return
    now = session.api.ask(calls.GET_APP, record["id"])["data"]["attributes"]
    session.show.done(f"{name} is {now['status']} with version {now['template_version']}.")
    if now["url"] and now["status"] == "running":
        session.show.line(now["url"])
