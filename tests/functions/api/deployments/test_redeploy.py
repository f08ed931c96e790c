"""Redeploying: what is taken, what is refused and why, and what changes at once at rest."""

from __future__ import annotations

import json
from typing import Any

import pytest

from chalicelib.ports.records import Record, Reserve
from chalicelib.runtime import wiring
from chalicelib.services.accounts.limits import used_by
from chalicelib.services.counters import capacity_key, port_key
from chalicelib.services.deployments.coming import wanted
from chalicelib.services.deployments.plans import secrets_of, variables_of
from tests.functions import things
from tests.functions.checks import Checked

COMPOSE = """\
services:
  web:
    image: nginx:alpine
    ports: ["80"]
    environment: {GREETING: "${GREETING}", TOKEN: "${TOKEN}", COLOUR: "${COLOUR:-}"}
"""
GREETING = {"name": "GREETING", "type": "string", "default": "hello"}
TOKEN = {"name": "TOKEN", "type": "secret", "generator": {"kind": "hex", "length": 16}}
COLOUR = {"name": "COLOUR", "type": "enum", "options": ["red", "blue"]}
LIMITED = ("max_cpu_cores", "max_memory_mb", "max_disk_mb")


@pytest.fixture
def app(here: Checked, owner: str) -> str:
    template = things.published(
        here, "creator", compose_spec=COMPOSE, variables=[GREETING, TOKEN, COLOUR]
    )
    given = {"COLOUR": "red"}
    return things.deployment(here, owner, template_id=template, variables=given)


def record_of(app: str) -> Record:
    found = wiring.records().get(app)
    assert found is not None
    return found


def version(here: Checked, app: str, number: str = "1.1.0", **changes: Any) -> str:
    given = {"version": number} | changes
    path = f"/templates/{record_of(app).parent}/versions"
    made = here.call("POST", path, given, user="creator", kind="template_versions")
    assert made.status == 201, made.body
    return number


def redeploy(here: Checked, owner: str, app: str, plan: str = "pro", **given: Any) -> Any:
    return here.call("POST", f"/deployments/{app}/redeploy", given, user=owner, plan=plan)


def test_steps_know_the_secrets_of_before_and_after(here: Checked, owner: str, app: str) -> None:
    before = variables_of(wiring, record_of(app))["TOKEN"]
    things.put(app, status="running")

    assert redeploy(here, owner, app, variables={"TOKEN": "s3cret!!"}).status == 200

    for seen in (record_of(app), wanted(record_of(app))):
        assert sorted(secrets_of(wiring, seen)) == sorted([before, "s3cret!!"])


@pytest.mark.parametrize("status", ["pending", "stopped", "failed"])
def test_app_at_rest_gets_its_values_at_once_and_nothing_starts(
    here: Checked, owner: str, app: str, status: str
) -> None:
    things.put(app, status=status)
    before = variables_of(wiring, record_of(app))

    reply = redeploy(here, owner, app, variables={"GREETING": "welcome"})

    assert (reply.status, reply.attributes["status"]) == (200, status)
    assert reply.attributes["work"] is None
    assert reply.attributes["variables"]["GREETING"] == "welcome"
    assert variables_of(wiring, record_of(app)) == {**before, "GREETING": "welcome"}


def test_running_app_keeps_what_it_is_while_the_work_is_in_hand(
    here: Checked, owner: str, app: str
) -> None:
    things.put(app, status="running")

    reply = redeploy(here, owner, app, version=version(here, app), variables={"TOKEN": "s3cret!!"})

    assert (reply.status, reply.attributes["status"]) == (200, "running")
    assert reply.attributes["work"]["kind"] == "redeploy"
    assert reply.attributes["template_version"] == "1.0.0"
    assert reply.attributes["next_version"] == "1.1.0"
    assert "s3cret!!" not in json.dumps(reply.body)
    assert "next" not in reply.attributes
    assert variables_of(wiring, record_of(app))["TOKEN"] != "s3cret!!"
    again = redeploy(here, owner, app, variables={"GREETING": "bye"})
    assert (again.status, again.codes) == (409, ["work_in_progress"])


def test_secret_changes_without_the_others_and_a_later_value_counts(
    here: Checked, owner: str, app: str
) -> None:
    for value in ("first-one", "second-one"):
        reply = redeploy(here, owner, app, variables={"TOKEN": value})
        assert reply.attributes["variables"]["TOKEN"] is None
        assert reply.attributes["secrets"] == ["TOKEN"]

    assert variables_of(wiring, record_of(app))["TOKEN"] == "second-one"


def test_null_goes_back_to_the_default_and_to_a_new_generated_value(
    here: Checked, owner: str, app: str
) -> None:
    redeploy(here, owner, app, variables={"GREETING": "welcome"})
    before = variables_of(wiring, record_of(app))

    given = {"GREETING": None, "TOKEN": None, "COLOUR": None}
    assert redeploy(here, owner, app, variables=given).status == 200

    after = variables_of(wiring, record_of(app))
    assert after["GREETING"] == "hello"
    assert "COLOUR" not in after
    assert len(after["TOKEN"]) == 16
    assert after["TOKEN"] != before["TOKEN"]


def test_every_value_that_does_not_fit_is_named(here: Checked, owner: str, app: str) -> None:
    given = {"COLOUR": "green", "NOBODY": "x", "TOKEN": "x" * 16_385}

    reply = redeploy(here, owner, app, variables=given)

    assert reply.status == 422
    found = {error["source"]["pointer"].rsplit("/", 1)[1] for error in reply.body["errors"]}
    assert found == {"COLOUR", "NOBODY", "TOKEN"}


def test_value_that_stays_must_fit_the_version_that_it_is_to_be(
    here: Checked, owner: str, app: str
) -> None:
    needed = {"name": "PLACE", "type": "string", "required": True}
    narrower = {**COLOUR, "options": ["blue"]}
    number = version(here, app, variables=[GREETING, TOKEN, narrower, needed])

    reply = redeploy(here, owner, app, version=number)

    assert reply.status == 422
    found = {e["source"]["pointer"].rsplit("/", 1)[1]: e["code"] for e in reply.body["errors"]}
    assert found == {"COLOUR": "invalid", "PLACE": "required"}
    given = {"COLOUR": "blue", "PLACE": "here"}
    assert redeploy(here, owner, app, version=number, variables=given).status == 200


def test_variable_that_becomes_a_secret_keeps_its_value_and_is_hidden(
    here: Checked, owner: str, app: str
) -> None:
    number = version(here, app, variables=[{**GREETING, "type": "secret"}, TOKEN, COLOUR])
    token = variables_of(wiring, record_of(app))["TOKEN"]

    reply = redeploy(here, owner, app, version=number)

    assert reply.attributes["variables"] == {"COLOUR": "red", "GREETING": None, "TOKEN": None}
    assert variables_of(wiring, record_of(app)) == {
        "COLOUR": "red",
        "GREETING": "hello",
        "TOKEN": token,
    }


def test_version_that_was_never_published_is_refused(here: Checked, owner: str, app: str) -> None:
    template = record_of(app).parent
    here.call("POST", f"/templates/{template}/unpublish", user="creator")
    draft = version(here, app, "2.0.0", compose_spec=COMPOSE + "# new\n")

    for number in (draft, "9.9.9", "@"):
        reply = redeploy(here, owner, app, version=number)

        assert (reply.status, reply.codes) == (422, ["not_found"])
        assert reply.body["errors"][0]["source"]["pointer"] == "/data/attributes/version"


@pytest.mark.parametrize(
    "given",
    [{}, {"version": "1.0.0"}, {"variables": {}}, {"variables": {"GREETING": "hello"}}],
)
def test_nothing_to_change_is_said(
    here: Checked, owner: str, app: str, given: dict[str, Any]
) -> None:
    for status in ("pending", "running"):
        things.put(app, status=status)

        reply = redeploy(here, owner, app, **given)

        assert (reply.status, reply.codes) == (409, ["nothing_to_change"])


@pytest.mark.parametrize("status", ["scheduled", "starting", "stopping", "deleting"])
def test_app_between_two_states_is_refused(
    here: Checked, owner: str, app: str, status: str
) -> None:
    things.put(app, status=status)

    reply = redeploy(here, owner, app, variables={"GREETING": "welcome"})

    assert (reply.status, reply.codes) == (409, ["wrong_state"])


LARGE = COMPOSE + "    cpus: 3\n    mem_limit: 3g\n"


def test_plan_that_does_not_allow_it_refuses_before_anything_is_touched(
    here: Checked, owner: str, app: str
) -> None:
    number = version(here, app, compose_spec=LARGE)
    for status in ("pending", "running"):
        things.put(app, status=status)
        before = record_of(app)

        reply = redeploy(here, owner, app, "free", version=number)

        assert (reply.status, reply.codes) == (403, ["plan_limit_exceeded"])
        assert record_of(app) == before


def test_limits_follow_the_version_at_rest_both_ways(here: Checked, owner: str, app: str) -> None:
    before = used_by(wiring, owner, LIMITED)
    number = version(here, app, compose_spec=LARGE, resources_disk_mb=700)

    redeploy(here, owner, app, version=number)

    assert used_by(wiring, owner, LIMITED) == {
        "max_cpu_cores": 3,
        "max_memory_mb": 3072,
        "max_disk_mb": 700,
    }
    assert redeploy(here, owner, app, version="1.0.0").status == 200
    assert used_by(wiring, owner, LIMITED) == before


def placed(app: str) -> str:
    """Put a stopped app on its node, as its start left it."""
    node = record_of(app).attributes["node_id"]
    [port] = record_of(app).attributes["ports"]
    things.give_away(node, cpu=0.5, memory=256, disk=0)
    wiring.records().commit(Reserve(port_key(node, 30007), app))
    attributes = {"ports": [{**port, "host_port": 30007}], "proxy_port": 30007}
    attributes |= {"placed_at": wiring.now()}
    things.put(app, status="stopped", node=node, attributes=attributes)
    return str(node)


def test_stopped_app_takes_more_of_its_node_and_keeps_the_ports_that_it_has(
    here: Checked, owner: str, app: str
) -> None:
    node = placed(app)
    text = LARGE.replace('["80"]', '["80", "81"]')

    reply = redeploy(here, owner, app, version=version(here, app, compose_spec=text))

    ports = {p["container_port"]: p["host_port"] for p in reply.attributes["ports"]}
    assert ports == {80: 30007, 81: None}
    kept = tuple(capacity_key(node, what) for what in ("cpu", "memory"))
    assert list(wiring.records().counters(kept).values()) == [3, 3072]
    text = COMPOSE.replace('["80"]', '["82"]')
    number = version(here, app, "1.2.0", compose_spec=text)
    reply = redeploy(here, owner, app, version=number)
    assert [p["host_port"] for p in reply.attributes["ports"]] == [None]
    assert reply.attributes["proxy_port"] is None
    assert wiring.records().reservation(port_key(node, 30007)) is None
    assert list(wiring.records().counters(kept).values()) == [0.5, 256]


def test_node_without_the_room_refuses_and_nothing_changes(
    here: Checked, owner: str, app: str
) -> None:
    node = placed(app)
    things.give_away(node, memory=8192 - 256)
    before = record_of(app)
    number = version(here, app, compose_spec=LARGE)

    reply = redeploy(here, owner, app, version=number)

    assert (reply.status, reply.codes) == (409, ["node_full"])
    assert record_of(app) == before
    assert used_by(wiring, owner, LIMITED)["max_memory_mb"] == 256


def test_node_that_lacks_what_the_version_needs_refuses_a_running_app(
    here: Checked, owner: str, app: str
) -> None:
    things.put(app, status="running")
    number = version(here, app, required_capabilities=["gpu"])

    reply = redeploy(here, owner, app, version=number)

    assert (reply.status, reply.codes) == (409, ["node_lacks_capability"])


def test_creator_s_own_draft_gives_its_changed_text_when_it_is_named(
    here: Checked, owner: str
) -> None:
    template = things.draft(here, owner)
    app = things.deployment(here, owner, template_id=template)
    text = things.COMPOSE.replace("nginx:alpine", "nginx:1.27")
    changed = here.call("PATCH", f"/templates/{template}", {"compose_spec": text}, user=owner)
    assert changed.status == 200, changed.body

    assert redeploy(here, owner, app).codes == ["nothing_to_change"]
    assert redeploy(here, owner, app, version="1.0.0").status == 200

    assert "nginx:1.27" in record_of(app).attributes["snapshot"]["compose_spec"]
