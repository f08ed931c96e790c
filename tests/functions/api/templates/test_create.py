"""Drafting templates."""

from __future__ import annotations

import pytest

from chalicelib.runtime import wiring
from chalicelib.services.counters import slug_key, total_key
from tests.functions import things
from tests.functions.checks import Checked


def test_draft_shows_what_its_compose_text_needs(here: Checked, owner: str) -> None:
    given = things.template_attributes(description="Says hello", price_monthly_cents=500)

    reply = here.call("POST", "/templates", given, user=owner)

    assert reply.status == 201
    assert reply.headers["Location"] == f"/api/v1/templates/{reply.id}"
    assert reply.id.startswith("tmpl_")
    shown = reply.attributes
    assert {key: shown[key] for key in given} == given
    assert shown["published"] is False
    assert shown["creator_id"] == owner
    assert shown["services"] == [{"name": "web", "image": "nginx:alpine"}]
    assert (shown["resources_cpu_cores"], shown["resources_memory_mb"]) == (0.5, 256)


def test_name_that_is_taken_conflicts_and_leaves_nothing(
    here: Checked, owner: str, stranger: str
) -> None:
    first = things.draft(here, owner, name=f"Chosen {owner}")

    reply = here.call(
        "POST", "/templates", things.template_attributes(name=f"chosen  {owner}"), user=stranger
    )

    assert (reply.status, reply.codes) == (409, ["name_taken"])
    assert reply.body["errors"][0]["source"] == {"pointer": "/data/attributes/name"}
    assert here.call("GET", "/templates?scope=mine", user=stranger).body["data"] == []
    assert wiring.records().counter(total_key("templates", stranger)) == 0
    held = wiring.records().reservation(slug_key("templates", f"chosen-{owner}"))
    assert held == {"holder": first}


@pytest.mark.parametrize(
    ("compose", "says"),
    [
        ("services: [", "line 2"),
        ("services: {}", "service"),
        ("services:\n  web:\n    image: nginx\n    privileged: true\n", "line 4"),
        ("services:\n  web:\n    image: nginx\n    volumes: ['/:/host']\n", "line 4"),
    ],
)
def test_compose_text_that_cannot_run_is_refused_with_the_line(
    here: Checked, owner: str, compose: str, says: str
) -> None:
    given = things.template_attributes(compose_spec=compose, variables=[])

    reply = here.call("POST", "/templates", given, user=owner)

    assert reply.status == 422
    error = reply.body["errors"][0]
    assert error["source"] == {"pointer": "/data/attributes/compose_spec"}
    assert says in error["detail"]


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "no"},
        {"name": "under_score"},
        {"version": "1.0"},
        {"price_monthly_cents": -1},
        {"variables": [{"name": "1", "type": "string"}]},
        {"variables": [{"name": "A", "type": "colour"}]},
        {"config_files": [{"name": "f", "path": "/f", "content": "", "mode": "999"}]},
    ],
)
def test_attribute_that_does_not_fit_is_refused(
    here: Checked, owner: str, changes: dict[str, object]
) -> None:
    reply = here.call("POST", "/templates", things.template_attributes(**changes), user=owner)

    assert reply.status == 422
    pointer = reply.body["errors"][0]["source"]["pointer"]
    assert pointer.startswith(f"/data/attributes/{next(iter(changes))}")


def test_files_count_together(here: Checked, owner: str) -> None:
    files = [
        {"name": f"f{n}", "path": f"/f{n}", "content": "\u20ac" * 44_000, "mode": "0644"}
        for n in range(2)
    ]

    reply = here.call(
        "POST", "/templates", things.template_attributes(config_files=files), user=owner
    )

    assert reply.status == 422
    assert "264000 bytes" in reply.body["errors"][0]["detail"]
