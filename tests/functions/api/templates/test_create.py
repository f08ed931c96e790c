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


def test_keys_without_effect_are_told_with_line_and_reason(here: Checked, owner: str) -> None:
    text = "services:\n  web:\n    image: nginx\n    platform: linux/amd64\n"
    given = things.template_attributes(compose_spec=text, variables=[])

    reply = here.call("POST", "/templates", given, user=owner)

    assert reply.attributes["ignored_keys"] == [
        "services.web.platform (line 4): The image for the server's own architecture runs."
    ]


def test_how_apps_are_saved_is_told_with_the_template_and_its_versions(
    here: Checked, owner: str
) -> None:
    text = (
        "services: {db: {image: postgres, volumes: ['data:/data', 'files:/files']}}\n"
        "volumes: {data: , files: }\n"
        "x-hoster: {dumps: {db: {dump: pg_dumpall, load: psql, volumes: [data]}}}\n"
    )
    given = things.template_attributes(compose_spec=text, variables=[])

    made = here.call("POST", "/templates", given, user=owner)
    wrong = {**given, "name": "Another", "compose_spec": text.replace("load: psql, ", "")}
    refused = here.call("POST", "/templates", wrong, user=owner)

    assert made.attributes["backup"] == {"dumps": ["db"], "stopped_for": ["files"]}
    version = here.call("GET", f"/templates/{made.id}/versions/1.0.0", user=owner)
    assert version.attributes["backup"] == made.attributes["backup"]
    assert refused.codes == ["bad_dump"]
    assert "x-hoster.dumps.db.load is missing" in refused.body["errors"][0]["detail"]


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
        {"name": "- - -"},
        {"version": "01.0.0"},
        {"version": "1.0.0+build"},
        {"version": "1.0.0-"},
        {"price_monthly_cents": 4.5},
        {"price_monthly_cents": "500"},
        {"price_monthly_cents": True},
        {"price_monthly_cents": 10_000_001},
        {"tags": ["web", "Web"]},
        {"tags": [" "]},
        {"tags": ["two\nlines"]},
        {"category": "a\x00b"},
        {"creator_name": "me@example.com"},
        {"creator_name": "x" * 61},
        {"creator_name": "two\nlines"},
        {"description": "a\x00b"},
        {"readme": "a\x00b"},
        {"required_capabilities": ["gpu", "gpu"]},
        {"resources_disk_mb": -1},
        {"variables": [{"name": "A", "validation": "(a+)+$"}]},
        {"variables": [{"name": "A", "generator": "dice"}]},
        {"variables": [{"name": "A", "type": "integer", "default": "one"}]},
        {"config_files": [{"name": "f", "path": "/f", "content": "", "mode": "999"}]},
        {"config_files": [{"name": "f", "path": "f", "content": ""}]},
        {"config_files": [{"name": "f", "path": "/a/../f", "content": ""}]},
        {"config_files": [{"name": "f", "path": "/proc/f", "content": ""}]},
        {"config_files": [{"name": "f", "path": "/f", "content": "a\x00b"}]},
        {"config_files": [{"name": n, "path": "/f", "content": ""} for n in "ab"]},
    ],
)
def test_attribute_that_does_not_fit_is_refused(
    here: Checked, owner: str, changes: dict[str, object]
) -> None:
    reply = here.call("POST", "/templates", things.template_attributes(**changes), user=owner)

    assert reply.status == 422
    pointer = reply.body["errors"][0]["source"]["pointer"]
    assert pointer.startswith(f"/data/attributes/{next(iter(changes))}")


@pytest.mark.parametrize("version", ["0.0.1", "1.2.3-rc.1", "1.0.0-alpha-x.7", "10.20.30"])
def test_version_is_semantic(here: Checked, owner: str, version: str) -> None:
    given = things.template_attributes(version=version)

    assert here.call("POST", "/templates", given, user=owner).attributes["version"] == version


def test_every_fault_is_told_at_once(here: Checked, owner: str) -> None:
    given = things.template_attributes(
        name="no",
        version="one",
        price_monthly_cents=-1,
        variables=[{"name": "1"}],
        compose_spec="services: {web: {image: nginx, privileged: true}}",
    )

    reply = here.call("POST", "/templates", given, user=owner)

    assert reply.status == 422
    assert {error["source"]["pointer"] for error in reply.body["errors"]} == {
        "/data/attributes/name",
        "/data/attributes/version",
        "/data/attributes/price_monthly_cents",
        "/data/attributes/variables/0/name",
        "/data/attributes/compose_spec",
    }


def test_texts_at_their_bounds_are_kept_whole(here: Checked, owner: str) -> None:
    given = things.template_attributes(**things.LARGEST)

    made = here.call("POST", "/templates", given, user=owner)

    assert made.status == 201, made.body
    for shown in (made, here.call("GET", f"/templates/{made.id}", user=owner)):
        assert {name: shown.attributes[name] for name in things.LARGEST} == things.LARGEST
    [listed] = here.call("GET", "/templates?scope=mine", user=owner).body["data"]
    assert not set(listed["attributes"]) & {"compose_spec", "config_files", "readme"}


def test_short_texts_need_no_content_store(here: Checked, owner: str) -> None:
    template = things.draft(here, owner)

    record = wiring.records().get(template)

    assert record is not None
    assert record.attributes["texts"] is None
    assert record.attributes["compose_spec"] == things.COMPOSE


@pytest.mark.parametrize(
    ("name", "value", "limit"),
    [
        ("compose_spec", things.LARGEST["compose_spec"] + "x", "131072"),
        ("compose_spec", things.COMPOSE + "#" + "\u20ac" * 44_000, "131072"),
        ("readme", things.LARGEST["readme"] + "x", "65536"),
        (
            "config_files",
            [*things.LARGEST["config_files"], {"name": "b", "path": "/b", "content": "x"}],
            "262144",
        ),
        ("variables", [{"name": "A", "type": "enum", "options": ["x" * 66_000]}], "65536"),
    ],
)
def test_one_more_than_a_bound_is_refused_with_the_bound(
    here: Checked, owner: str, name: str, value: object, limit: str
) -> None:
    given = things.template_attributes(**{name: value})

    reply = here.call("POST", "/templates", given, user=owner)

    assert (reply.status, len(reply.body["errors"])) == (422, 1)
    assert reply.body["errors"][0]["source"]["pointer"] == f"/data/attributes/{name}"
    assert limit in reply.body["errors"][0]["detail"]


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


def test_dry_run_shows_what_would_be_and_keeps_nothing(here: Checked, owner: str) -> None:
    given = things.template_attributes(name=f"Tried {owner}")
    key = {"Idempotency-Key": f"tried-{owner}"}

    tried = here.call("POST", "/templates?dry_run=true", given, user=owner, headers=key)
    again = here.call("POST", "/templates?dry_run=false", given, user=owner, headers=key)

    assert (tried.status, again.status) == (200, 201)
    assert tried.attributes["services"] == [{"name": "web", "image": "nginx:alpine"}]
    assert here.call("GET", f"/templates/{tried.id}", user=owner).status == 404
    assert [one["id"] for one in _own(here, owner)] == [again.id]


def test_dry_run_of_the_largest_texts_keeps_none_of_them(here: Checked, owner: str) -> None:
    given = things.template_attributes(**things.LARGEST)

    tried = here.call("POST", "/templates?dry_run=true", given, user=owner)

    assert tried.status == 200
    assert tried.attributes["readme"] == given["readme"]
    assert _own(here, owner) == []


def test_dry_run_tells_every_fault_with_its_line(here: Checked, owner: str) -> None:
    text = "services:\n  web:\n    image: nginx\n    privileged: true\n    pid: host\n"
    given = things.template_attributes(name="x", compose_spec=text, variables=[])

    tried = here.call("POST", "/templates?dry_run=true", given, user=owner)

    assert (tried.status, tried.codes[1:]) == (422, ["privileged", "host_namespace"])
    assert [error.get("meta") for error in tried.body["errors"]] == [None, {"line": 4}, {"line": 5}]


def test_dry_run_is_true_or_false(here: Checked, owner: str) -> None:
    given = things.template_attributes()

    reply = here.call("POST", "/templates?dry_run=perhaps", given, user=owner)

    assert (reply.status, reply.body["errors"][0]["source"]) == (400, {"parameter": "dry_run"})
    assert _own(here, owner) == []


def _own(here: Checked, owner: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = here.call("GET", "/templates?scope=mine", user=owner).body[
        "data"
    ]
    return found
