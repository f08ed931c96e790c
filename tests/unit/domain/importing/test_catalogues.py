"""What holds for every template of every format, whatever dirt it has."""

from __future__ import annotations

import re

import pytest

from chalicelib.domain.importing.imported import Failed, Imported, Outcome
from chalicelib.domain.importing.importers import convert, detect
from chalicelib.domain.importing.judging import as_sent, judge, unresolved
from chalicelib.domain.variables import parse_definitions
from chalicelib.resources.templates import CreateTemplate
from tests.unit.domain.importing.fixtures import app, catalogue

FORMATS = ("dokploy", "umbrel", "runtipi", "casaos", "portainer")
FAILED = {
    "dokploy": {"conflict/template.toml"},
    "umbrel": {"lightning/umbrel-app.yml", "no-compose/umbrel-app.yml"},
    "runtipi": {"alone/config.json", "hollow/config.json", "torn/config.json"},
    "casaos": {"broken/docker-compose.yml"},
    "portainer": {
        *("wrong/templates.json", "torn/templates.json", "empty/templates.json"),
        *(f"three/templates.json#{number}" for number in (4, 6, 7, 8)),
    },
}
"""What can be no draft, as each says itself."""
REFUSED = {
    "dokploy": {"folders": {"host_path"}, "socket": {"docker_socket"}},
    "umbrel": {"host": {"host_namespace", "host_path", "privileged"}},
    "runtipi": {
        "devices": {"device", "host_namespace", "privileged"},
        "root": {"docker_socket", "host_path"},
    },
    "casaos": {"media": {"device"}, "vpn": {"capability", "host_namespace", "host_path"}},
    "portainer": {
        "three#5": {"docker_socket", "host_path", "privileged"},
        "three#9": {"host_namespace"},
        "one#2": {"host_path"},
    },
}
"""What the policy refuses, by folder: a server stays its owner's whatever a template asks for."""
_FOREIGN = re.compile(
    r"APP_DATA_DIR|UMBREL_ROOT|DEVICE_DOMAIN|app_proxy|/DATA/|x-casaos|x-runtipi|tipi_main_network"
    r"|dokploy-network|\.\./files/(?!missing)|APP_DOMAIN|\$AppID|\$PUID"
)
"""What only the other platform understands."""


def outcomes() -> list[tuple[str, str, Outcome]]:
    """List what each template of each catalogue becomes, with its name."""
    found = []
    for name in FORMATS:
        for one in convert(name, catalogue(name)):
            place = one.source if isinstance(one, Failed) else one.provenance.path
            folder = place.partition("/")[0] + (
                "#" + place.partition("#")[2] if "#" in place else ""
            )
            found.append((name, folder, one))
    return found


OUTCOMES = outcomes()
DRAFTS = [(name, folder, one) for name, folder, one in OUTCOMES if isinstance(one, Imported)]
each_draft = pytest.mark.parametrize(
    ("name", "folder", "draft"), DRAFTS, ids=[f"{name}-{folder}" for name, folder, _ in DRAFTS]
)


@pytest.mark.parametrize("name", FORMATS)
def test_only_what_is_no_template_fails(name: str) -> None:
    failed = {one.source for kind, _, one in OUTCOMES if kind == name and isinstance(one, Failed)}

    assert failed == FAILED[name]


@each_draft
def test_a_draft_is_planned_or_refused_by_policy(name: str, folder: str, draft: Imported) -> None:
    verdict = judge(draft)

    assert verdict.error is None
    assert {one.rule.code for one in verdict.refused} == REFUSED[name].get(folder, set())
    assert (verdict.plan is None) == bool(verdict.refused)


@each_draft
def test_the_plan_leads_where_the_template_says(name: str, folder: str, draft: Imported) -> None:
    plan = judge(draft).plan
    if plan is None or not draft.routes:
        return

    assert plan.route is not None
    assert (plan.route.service, plan.route.port) == (draft.routes[0].service, draft.routes[0].port)


@each_draft
def test_nothing_is_left_that_only_the_other_platform_fills_in(
    name: str, folder: str, draft: Imported
) -> None:
    assert unresolved(draft) == []
    assert _FOREIGN.search(draft.compose_spec) is None


@each_draft
def test_variables_are_what_a_creator_may_send(name: str, folder: str, draft: Imported) -> None:
    assert parse_definitions([as_sent(one) for one in draft.variables]) == draft.variables


@each_draft
def test_a_creator_may_send_the_draft_as_it_is(name: str, folder: str, draft: Imported) -> None:
    CreateTemplate.model_validate(
        {
            "name": draft.name,
            "version": draft.version,
            "description": draft.description,
            "category": draft.category,
            "tags": list(draft.tags),
            "readme": draft.readme,
            "compose_spec": draft.compose_spec,
            "variables": [as_sent(one) for one in draft.variables],
        }
    )


@each_draft
def test_every_loss_has_a_reason(name: str, folder: str, draft: Imported) -> None:
    assert all(one.key and one.reason.endswith(".") for one in draft.dropped)


@pytest.mark.parametrize("name", FORMATS)
def test_a_catalogue_has_at_least_a_dozen_templates(name: str) -> None:
    assert sum(kind == name for kind, _, _ in OUTCOMES) >= 12


@pytest.mark.parametrize(
    ("name", "folder"),
    [
        ("dokploy", "wiki"),
        ("umbrel", "pages"),
        ("runtipi", "guard"),
        ("runtipi", "classic"),
        ("casaos", "wiki"),
        ("portainer", "three"),
        ("portainer", "one"),
    ],
)
def test_a_format_is_known_by_its_files(name: str, folder: str) -> None:
    assert detect(app(name, folder)) == name
