"""Making deployments."""

from __future__ import annotations

import json
from typing import Any

import boto3
import pytest

from chalicelib.runtime import wiring
from chalicelib.services.counters import plan_key, total_key
from tests.functions import things
from tests.functions.checks import Checked
from tests.world import Reply

UNBOUNDED = {"max_deployments": -1, "max_cpu_cores": -1, "max_memory_mb": -1, "max_disk_mb": -1}


def create(here: Checked, owner: str, *, plan: str = "pro", limits: Any = None, **changes) -> Reply:
    given = {"name": "my app"} | changes
    if "template_id" not in given:
        given["template_id"] = things.published(here, f"creator-of-{owner}")
    sent = given.pop("limits_text", None) or (limits is not None and json.dumps(limits))
    headers = {"X-Plan-Limits": sent} if sent else {}
    return here.call("POST", "/deployments", given, user=owner, plan=plan, headers=headers)


def test_deployment_is_pending_counted_and_told_to_the_meter(here: Checked, owner: str) -> None:
    node = things.node(owner)

    reply = create(here, owner, node_id=node)

    assert reply.status == 201
    shown = reply.attributes
    assert (shown["status"], shown["work"], shown["node_id"]) == ("pending", None, node)
    assert (shown["customer_id"], shown["template_version"]) == (owner, "1.0.0")
    assert shown["variables"] == {"GREETING": "hello"}
    records = wiring.records()
    assert records.counter(total_key("deployments", owner)) == 1
    assert records.counter(plan_key("max_cpu_cores", owner)) == 0.5
    usage = boto3.client("dynamodb").scan(TableName="test-money")["Items"]
    assert [u["event"]["S"] for u in usage if u.get("user") == {"S": owner}] == [
        "deployment.created"
    ]


def test_own_draft_can_be_tried_and_somebody_elses_cannot(
    here: Checked, owner: str, stranger: str
) -> None:
    draft = things.draft(here, owner)

    assert create(here, owner, template_id=draft).status == 201
    refused = create(here, stranger, template_id=draft)

    assert (refused.status, refused.codes) == (422, ["not_found"])
    assert refused.body["errors"][0]["source"] == {"pointer": "/data/attributes/template_id"}


def test_template_that_is_gone_is_not_found(here: Checked, owner: str) -> None:
    gone = things.published(here, owner)
    assert here.call("DELETE", f"/templates/{gone}", user=owner).status == 204

    for template in (gone, "tmpl_x", "", things.node(owner)):
        reply = create(here, owner, template_id=template)

        assert (reply.status, reply.codes) == (422, ["not_found"]), template


def test_later_change_of_the_template_changes_no_deployment(here: Checked, owner: str) -> None:
    template = things.published(here, owner, price_monthly_cents=100)
    app = create(here, owner, template_id=template).id

    here.call("PATCH", f"/templates/{template}", {"price_monthly_cents": 900}, user=owner)

    shown = here.call("GET", f"/deployments/{app}", user=owner).attributes
    assert shown["price_monthly_cents"] == 100


VARIABLES = [
    {"name": "PASSWORD", "type": "secret", "generator": "password", "label": "Password"},
    {"name": "GREETING", "type": "string", "required": True, "label": "Greeting"},
    {"name": "COUNT", "type": "integer", "default": 3, "label": "Count"},
]
COMPOSE = """\
services:
  web:
    image: nginx:alpine
    environment: {GREETING: "${GREETING}", PASSWORD: "${PASSWORD}", COUNT: "${COUNT}"}
"""


def test_secret_variables_are_sealed_and_never_shown(here: Checked, owner: str) -> None:
    template = things.published(here, owner, variables=VARIABLES, compose_spec=COMPOSE)

    reply = create(
        here, owner, template_id=template, variables={"GREETING": "hi", "PASSWORD": "never-shown"}
    )

    assert reply.attributes["variables"] == {"PASSWORD": None, "GREETING": "hi", "COUNT": "3"}
    assert reply.attributes["secrets"] == ["PASSWORD"]
    record = wiring.records().get(reply.id)
    assert record is not None
    assert "never-shown" not in str(record)
    sealed = record.sealed["variables"]
    opened = wiring.seal().open(sealed, record=reply.id, field="variables")
    assert json.loads(opened) == {"PASSWORD": "never-shown"}


def test_every_fault_of_the_variables_is_named(here: Checked, owner: str) -> None:
    template = things.published(here, owner, variables=VARIABLES, compose_spec=COMPOSE)

    reply = create(here, owner, template_id=template, variables={"COUNT": "many", "COLOUR": "red"})

    assert reply.status == 422
    assert {e["source"]["pointer"].rsplit("/", 1)[1] for e in reply.body["errors"]} == {
        "GREETING",
        "COUNT",
        "COLOUR",
    }


def test_variable_that_must_be_given_is_told_as_required(here: Checked, owner: str) -> None:
    needed = {"name": "NEEDED", "type": "string", "required": True, "label": "Needed"}
    template = things.published(here, owner, variables=[things.GREETING, needed])

    reply = create(here, owner, template_id=template, variables={"A/B~": "x"})

    faults = {(e["code"], e["source"]["pointer"]) for e in reply.body["errors"]}
    assert faults == {
        ("required", "/data/attributes/variables/NEEDED"),
        ("unknown", "/data/attributes/variables/A~1B~0"),
    }


def test_answer_names_a_hundred_faults_at_most(here: Checked, owner: str) -> None:
    template = things.published(here, owner)

    reply = create(here, owner, template_id=template, variables={f"V{n}": "x" for n in range(9000)})

    assert (reply.status, len(reply.body["errors"])) == (422, 100)


@pytest.mark.parametrize("name", ["", "   ", "a\nb", "a\u202eb", "x" * 101])
def test_name_is_one_line(here: Checked, owner: str, name: str) -> None:
    reply = create(here, owner, name=name)

    assert reply.status == 422
    assert reply.body["errors"][0]["source"] == {"pointer": "/data/attributes/name"}


@pytest.mark.parametrize(
    ("limit", "bound"),
    [("max_deployments", 0), ("max_cpu_cores", 0.4), ("max_memory_mb", 255), ("max_disk_mb", 99)],
)
def test_plan_that_allows_less_refuses_and_nothing_is_counted(
    here: Checked, owner: str, limit: str, bound: float
) -> None:
    template = things.published(here, owner, resources_disk_mb=100)

    reply = create(here, owner, template_id=template, limits={**UNBOUNDED, limit: bound})

    assert (reply.status, reply.codes) == (403, ["plan_limit_exceeded"])
    [error] = reply.body["errors"]
    assert error["detail"].startswith(f"Your plan allows {bound:g} ")
    assert error["meta"].pop("wanted") > bound
    assert error["meta"] == {
        "limit": limit.removeprefix("max_"),
        "bound": bound,
        "used": 0,
        "plan": None,
    }
    assert wiring.records().counter(total_key("deployments", owner)) == 0
    assert wiring.records().counter(plan_key(limit, owner)) == 0


def test_plan_counts_every_deployment_that_is_not_deleted(here: Checked, owner: str) -> None:
    limits = {**UNBOUNDED, "max_deployments": 2}
    apps = [create(here, owner, limits=limits).id for _ in range(2)]
    things.put(apps[0], status="failed")

    reply = create(here, owner, limits=limits)

    assert (reply.status, reply.codes) == (403, ["plan_limit_exceeded"])
    [error] = reply.body["errors"]
    assert error["detail"] == "Your plan allows 2 apps. You use 2, and this would need 3."
    assert error["meta"]["used"] == 2
    assert create(here, owner, limits={**limits, "max_deployments": 3}).status == 201


def test_refusal_names_the_plan_that_allows_it(here: Checked, owner: str) -> None:
    assert create(here, owner, plan="free").status == 201

    reply = create(here, owner, plan="free")

    [error] = reply.body["errors"]
    assert error["detail"] == (
        "Your plan allows 1 apps. You use 1, and this would need 2. The plan “starter” allows it."
    )
    assert error["meta"] == {
        "limit": "deployments",
        "bound": 1,
        "used": 1,
        "wanted": 1,
        "plan": "starter",
    }


def test_plan_that_shrank_keeps_what_is_there_and_makes_nothing_new(
    here: Checked, owner: str
) -> None:
    """What exists was counted when it was made; to start it takes nothing more."""
    app = create(here, owner, node_id=things.node(owner)).id
    smaller = {"X-Plan-Limits": json.dumps(dict.fromkeys(UNBOUNDED, 0))}

    refused = create(here, owner, limits=dict.fromkeys(UNBOUNDED, 0))
    started = here.call("POST", f"/deployments/{app}/start", user=owner, headers=smaller)

    assert (refused.status, refused.codes) == (403, ["plan_limit_exceeded"])
    assert started.status == 200


@pytest.mark.parametrize(
    ("allowed", "status"),
    [(None, 201), ([], 201), (["gpu", "ssd"], 201), (["ssd"], 403), (["GPU"], 403)],
)
def test_plan_allows_capabilities(
    here: Checked, owner: str, allowed: list[str] | None, status: int
) -> None:
    template = things.published(here, owner, required_capabilities=["gpu"])
    limits = UNBOUNDED if allowed is None else {**UNBOUNDED, "allowed_capabilities": allowed}

    reply = create(here, owner, template_id=template, limits=limits)

    assert reply.status == status
    if status == 403:
        [error] = reply.body["errors"]
        assert (error["code"], error["meta"]["limit"]) == (
            "plan_limit_exceeded",
            "allowed_capabilities",
        )
        assert (error["meta"]["wanted"], error["meta"]["bound"]) == (["gpu"], allowed)
        assert "needs gpu" in error["detail"]


def test_node_has_the_capabilities_that_the_template_requires(here: Checked, owner: str) -> None:
    template = things.published(here, owner, required_capabilities=["gpu", "ssd"])
    able, poor = things.node(owner), things.node(owner)
    things.put(able, attributes={"capabilities": ["standard", "ssd", "gpu"]})
    things.put(poor, attributes={"capabilities": ["standard", "gpu"]})

    refused = create(here, owner, template_id=template, node_id=poor)
    made = create(here, owner, template_id=template, node_id=able)

    assert (refused.status, refused.codes) == (409, ["node_lacks_capability"])
    assert "lacks ssd" in refused.body["errors"][0]["detail"]
    assert made.attributes["required_capabilities"] == ["gpu", "ssd"]
    things.put(able, attributes={"capabilities": ["standard"]})
    started = here.call("POST", f"/deployments/{made.id}/start", user=owner)
    assert (started.status, started.codes) == (409, ["node_lacks_capability"])


def test_node_is_chosen_among_those_that_have_the_capabilities(here: Checked, owner: str) -> None:
    template = things.published(here, owner, required_capabilities=["gpu"])
    things.node(owner)
    app = create(here, owner, template_id=template).id

    refused = here.call("POST", f"/deployments/{app}/start", user=owner)
    able = things.node(owner)
    things.put(able, attributes={"capabilities": ["gpu"]})
    started = here.call("POST", f"/deployments/{app}/start", user=owner)

    assert (refused.status, refused.codes) == (409, ["no_node_with_capability"])
    assert "has gpu, needed by this app" in refused.body["errors"][0]["detail"]
    assert started.attributes["node_id"] == able


def test_limits_that_are_sent_twice_allow_nothing(here: Checked, owner: str) -> None:
    sent = json.dumps(UNBOUNDED)

    reply = create(here, owner, limits_text=f"{sent},{sent}")

    assert (reply.status, reply.codes) == (403, ["plan_unknown"])


def test_limits_that_add_up_exactly_are_kept(here: Checked, owner: str) -> None:
    """0.1 + 0.9 is 1, although 1 - 0.9 is less than 0.1 in binary."""
    compose = "services: {web: {image: nginx, cpus: %s}}\n"
    limits = {**UNBOUNDED, "max_cpu_cores": 1}
    for cpus in ("0.1", "0.9"):
        template = things.published(here, owner, compose_spec=compose % cpus, variables=[])

        assert create(here, owner, template_id=template, limits=limits).status == 201, cpus


@pytest.mark.parametrize(
    "sent",
    [
        "nonsense",
        "[]",
        "{}",
        '{"max_deployments": 1}',
        '{"max_deployments": "many"}',
        "null",
        "[" * 9000,
    ],
)
def test_limits_that_cannot_be_read_allow_nothing(here: Checked, owner: str, sent: str) -> None:
    given = {"name": "my app", "template_id": things.published(here, owner)}

    reply = here.call("POST", "/deployments", given, user=owner, headers={"X-Plan-Limits": sent})

    assert (reply.status, reply.codes) == (403, ["plan_unknown"])


@pytest.mark.parametrize("value", ["Infinity", "NaN", "1e999"])
def test_limits_that_are_no_numbers_allow_nothing(here: Checked, owner: str, value: str) -> None:
    given = {"name": "my app", "template_id": things.published(here, owner)}
    for limit in UNBOUNDED:
        sent = json.dumps({**UNBOUNDED, limit: "@"}).replace('"@"', value)

        reply = here.call(
            "POST", "/deployments", given, user=owner, headers={"X-Plan-Limits": sent}
        )

        assert (reply.status, reply.codes) == (403, ["plan_unknown"]), sent


def test_plan_that_is_not_known_allows_nothing(here: Checked, owner: str) -> None:
    reply = create(here, owner, plan="platinum")

    assert (reply.status, reply.codes) == (403, ["plan_unknown"])
    assert create(here, owner, plan="platinum", limits=UNBOUNDED).status == 201


def test_node_must_be_usable_by_the_owner(here: Checked, owner: str, stranger: str) -> None:
    theirs, public = things.node(stranger), things.node(stranger, public=True)
    offline = things.node(owner, status="offline")

    answers = {
        "theirs": create(here, owner, node_id=theirs),
        "absent": create(here, owner, node_id="node_x"),
        "template": create(here, owner, node_id=things.draft(here, owner)),
        "offline": create(here, owner, node_id=offline),
        "public": create(here, owner, node_id=public),
        "allowed": create(here, owner, node_id=public, allow_public_nodes=True),
    }

    assert {name: reply.status for name, reply in answers.items()} == {
        "theirs": 409,
        "absent": 409,
        "template": 409,
        "offline": 409,
        "public": 409,
        "allowed": 201,
    }
    codes = {name: reply.codes[0] for name, reply in answers.items() if reply.status == 409}
    assert codes == {
        "theirs": "no_node",
        "absent": "no_node",
        "template": "no_node",
        "offline": "node_not_online",
        "public": "public_node_not_allowed",
    }


def test_relationships_say_what_attributes_say(here: Checked, owner: str) -> None:
    template, node = things.published(here, owner), things.node(owner)
    data = {
        "type": "deployments",
        "attributes": {"name": "my app"},
        "relationships": {
            "template": {"data": {"type": "templates", "id": template}},
            "node": {"data": {"type": "nodes", "id": node}},
        },
    }

    reply = here.call("POST", "/deployments", body=json.dumps({"data": data}), user=owner)

    assert reply.status == 201
    assert (reply.attributes["template_id"], reply.attributes["node_id"]) == (template, node)


def test_relationship_against_its_attribute_is_refused(here: Checked, owner: str) -> None:
    template = things.published(here, owner)
    data = {
        "type": "deployments",
        "attributes": {"name": "my app", "template_id": template},
        "relationships": {"template": {"data": {"type": "templates", "id": "tmpl_other"}}},
    }

    reply = here.call("POST", "/deployments", body=json.dumps({"data": data}), user=owner)

    assert (reply.status, reply.codes) == (422, ["invalid"])
    assert reply.body["errors"][0]["source"] == {"pointer": "/data/relationships/template"}


def test_attributes_of_other_forms_are_refused_with_where_they_belong(
    here: Checked, owner: str
) -> None:
    elsewhere = {"environment_variables": {}, "custom_domain": "a.com", "config_overrides": {}}

    reply = create(here, owner, template_id="t", **elsewhere)

    assert (reply.status, set(reply.codes)) == (422, {"elsewhere"})
    said = {e["source"]["pointer"].split("/")[-1]: e["detail"] for e in reply.body["errors"]}
    assert said.keys() == elsewhere.keys()
    assert "/domains" in said["custom_domain"]


def test_long_texts_are_kept_once_for_all_that_run_them(here: Checked, owner: str) -> None:
    template = things.published(here, owner, **things.LARGEST)

    app = things.deployment(here, owner, template_id=template)

    kept, made = wiring.records().get(template), wiring.records().get(app)
    assert kept is not None
    assert made is not None
    assert made.attributes["snapshot"] == {"texts": kept.attributes["texts"]}
    assert len(kept.attributes["texts"]) == 64


def test_template_that_was_taken_back_is_deployed_by_its_creator_alone(
    here: Checked, owner: str, stranger: str
) -> None:
    template = things.published(here, owner)
    here.call("POST", f"/templates/{template}/unpublish", user=owner)
    given = {"name": "my app", "template_id": template}

    theirs = here.call("POST", "/deployments", given, user=stranger)
    own = here.call("POST", "/deployments", given, user=owner)

    assert (theirs.status, theirs.codes) == (422, ["not_found"])
    assert own.status == 201


def test_app_with_too_many_published_ports_is_told_how_many_it_may_have(
    here: Checked, owner: str
) -> None:
    span = {"name": "SPAN", "type": "string", "label": "Ports", "default": "8000"}
    compose = 'services: {web: {image: nginx, ports: ["${SPAN}"]}}\n'
    template = things.published(here, owner, compose_spec=compose, variables=[span])

    refused = create(here, owner, template_id=template, variables={"SPAN": "8000-8020"})
    made = create(here, owner, template_id=template, variables={"SPAN": "8000-8019"})

    assert (refused.status, refused.codes) == (422, ["too_many_ports"])
    [error] = refused.body["errors"]
    assert error["source"] == {"pointer": "/data/attributes/variables"}
    assert "publishes 21 ports; an app may have 20" in error["detail"]
    assert made.status == 201
    ports = made.attributes["ports"]
    assert [port["container_port"] for port in ports] == list(range(8000, 8020))
    assert [port["routed"] for port in ports] == [True] + [False] * 19
    assert {port["host_port"] for port in ports} == {None}
