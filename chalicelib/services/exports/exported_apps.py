"""An app as files of an export: its compose file for plain Docker, its values, its runbook."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from chalicelib.domain.compose import plan_compose
from chalicelib.domain.compose.interpolation import HOST
from chalicelib.domain.errors import InvalidPlan
from chalicelib.domain.names_on_node import volume_name
from chalicelib.domain.plain_compose import (
    FILES,
    FIRST_PORT,
    PlainApp,
    plain_app,
    with_volumes,
)
from chalicelib.domain.plan import Plan
from chalicelib.domain.runbooks import NOTHING_SAVED, AppFacts, of_app, of_unplanned
from chalicelib.domain.slugs import slug_from
from chalicelib.domain.tarballs import Member
from chalicelib.domain.template_check import config_files
from chalicelib.engine import documents
from chalicelib.ports.records import Record
from chalicelib.resources.account_exports import SavedVolume
from chalicelib.resources.deployments import DEPLOYMENTS
from chalicelib.services.catalogue.texts import texts_of
from chalicelib.services.deployments.homes import home_of
from chalicelib.services.deployments.plans import names_of, variables_of
from chalicelib.services.exports.exported_volumes import (
    image_mounts,
    keys_to,
    latest,
    listed,
    saved_data,
)
from chalicelib.services.tools import Tools

LAST_PORT = 65_535
HEAD = "# Runs with `docker compose up -d`, without the platform that it was exported from.\n"


@dataclass(frozen=True)
class ExportedApp:
    """What an export has of one app."""

    members: tuple[Member, ...]
    volumes: list[SavedVolume]
    """The archives of its data, which are fetched beside the export."""
    missing: list[str]
    """The volumes that no backup has, as Docker calls them on the app's server."""


def app_files(tools: Tools, app: Record, *, number: int, not_fresh: str = "") -> ExportedApp:
    """Write an app down, the `number`th of its export. Raises `Unavailable`.

    `not_fresh` is why it was not backed up for the export, where that was asked for.
    """
    texts, values = texts_of(tools, app.attributes["snapshot"]), variables_of(tools, app)
    facts = _facts(tools, app, not_fresh)
    root = f"apps/{facts.folder}"
    files = {
        "app.json": _json(documents.show(DEPLOYMENTS, app, reader=app.owner, listed=False)),
        "domains.json": _json(_domains(app)),
        "variables.env": _lines(values),
    }
    backup, saved = latest(tools, app), NOTHING_SAVED
    volumes: list[SavedVolume] = []
    if backup is not None:
        saved = saved_data(backup)
        volumes = listed(backup, folder=f"{root}/volumes")
        files |= keys_to(tools, backup)
    given = names_of(app) | values

    def plan(variables: Mapping[str, str]) -> Plan:
        return plan_compose(
            texts["compose_spec"],
            variables=variables,
            config_files=config_files(texts["config_files"] or []),
        )

    try:
        plain = plain_app(plan, given, port=min(FIRST_PORT + number, LAST_PORT))
    except InvalidPlan as error:
        files |= {
            "compose.template.yaml": str(texts["compose_spec"]),
            "RUNBOOK.md": of_unplanned(facts, error.detail, saved),
        }
        return ExportedApp(_members(root, files), volumes, [])
    if backup is not None:
        plain = with_volumes(plain, image_mounts(backup))
    files |= {
        "compose.yaml": HEAD + yaml.safe_dump(plain.compose, sort_keys=False, width=10_000),
        ".env": _env(facts, plain),
        "RUNBOOK.md": of_app(facts, plain, saved),
    }
    files |= {f"{FILES}/{name}": file.content for name, file in plain.files.items()}
    missing = [volume_name(app.id, one) for one in plain.volumes if one not in saved.volumes]
    return ExportedApp(_members(root, files), volumes, missing)


def _members(root: str, files: Mapping[str, str]) -> tuple[Member, ...]:
    open_to_all = {"RUNBOOK.md", "domains.json"}
    return tuple(
        # What containers read as another user than root lies in a folder of its owner's alone.
        Member(
            f"{root}/{name}",
            text.encode(),
            secret=name not in open_to_all and not name.startswith(f"{FILES}/"),
        )
        for name, text in files.items()
    )


def _facts(tools: Tools, app: Record, not_fresh: str) -> AppFacts:
    known, node = app.attributes, home_of(tools, app)
    slug = slug_from(known["name"])[:40].strip("-") or "app"
    own = [one["hostname"] for one in known.get("custom_domains") or ()]
    return AppFacts(
        id=app.id,
        name=known["name"],
        # Apps may be called alike; the ends of ids are not.
        folder=f"{slug}-{app.id[-8:]}",
        template=f"{known['template_id']} {known.get('template_version') or ''}".strip(),
        server=str(node.attributes["name"]) if node and node.owner == app.owner else "",
        hosts=own,
        automatic=names_of(app)[HOST],
        not_fresh=not_fresh,
    )


def _domains(app: Record) -> list[dict[str, Any]]:
    """Each name of an app, and what its DNS record has to be elsewhere."""
    automatic = [
        {"hostname": one["hostname"], "yours": False} for one in app.attributes.get("domains") or ()
    ]
    own = [
        {
            "hostname": one["hostname"],
            "yours": True,
            "record": {"type": "A", "value": "the address of the machine that the app moves to"},
        }
        for one in app.attributes.get("custom_domains") or ()
    ]
    return [*own, *automatic]


def _env(facts: AppFacts, app: PlainApp) -> str:
    """The file that both kinds of compose read; its values need no quotes in either."""
    lines = [f"COMPOSE_PROJECT_NAME={facts.folder}"]
    lines += [f"{name}={value}" for name, value in app.variables.items()]
    return "\n".join(lines) + "\n"


def _lines(values: Mapping[str, str]) -> str:
    """Every value, as a shell reads it."""
    return "".join(f"{name}={shlex.quote(value)}\n" for name, value in sorted(values.items()))


def _json(found: Any) -> str:
    return json.dumps(found, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
