"""The calls of the reference's web app, as its pages and forms send them (reference-web 4.5).

What it reads of the answers must be there. Where we break with it, on purpose, the break is
listed in docs/api.md and shown here.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.functions import things
from tests.functions.checks import Checked
from tests.world import Reply

THE_GATEWAYS = {"GET /v1/meter"}
"""Calls that the gateway answers by itself."""

TIMES = {"created_at", "updated_at"}
READ = {
    "templates": TIMES
    | {"name", "slug", "description", "version", "price_monthly_cents", "category", "published"}
    | {"creator_id", "resources_cpu_cores", "resources_memory_mb", "resources_disk_mb"},
    "deployments": TIMES
    | {"name", "status", "domains", "proxy_port", "node_id", "template_id", "started_at"}
    | {"stopped_at", "error_message", "containers", "customer_id", "variables"},
    "nodes": TIMES
    | {"name", "status", "public", "capabilities", "location", "last_health_check", "error_message"}
    | {"ssh_host", "ssh_port", "ssh_user", "ssh_key_id", "docker_socket", "provider_type"}
    | {"capacity_cpu_cores", "capacity_memory_mb", "capacity_disk_mb", "capacity_cpu_used"}
    | {"capacity_memory_used_mb", "capacity_disk_used_mb", "provision_id", "creator_id"},
    "ssh_keys": {"name", "fingerprint", "created_at", "creator_id"},
    "cloud_credentials": TIMES | {"name", "provider", "default_region", "creator_id"},
    "cloud_provisions": TIMES
    | {"creator_id", "credential_id", "provider", "status", "instance_name", "region", "size"}
    | {"provider_instance_id", "public_ip", "node_id", "ssh_key_id", "current_step"}
    | {"error_message", "completed_at"},
    "invoices": set(),
}
"""The attributes that its pages read, by type."""
TEMPLATE_FORM = {
    "name": "My first app",
    "description": "What it does",
    "version": "1.0.0",
    "compose_spec": 'version: "3.8"\nservices:\n  app:\n    image: nginx:alpine\n'
    '    ports: ["80:80"]\n    environment: {A: b}\n',
    "price_monthly_cents": 500,
}
"""What its form for new templates holds when it is opened, with a name and a price."""


def send(
    here: Checked, method: str, path: str, owner: str, attributes: dict[str, Any] | None = None
) -> Reply:
    """Call as its client does: the resource's type, an id on PATCH, JSON:API as both types."""
    kind, _, record_id = path.partition("?")[0][1:].partition("/")
    headers: dict[str, str | None] = {"Accept": "application/vnd.api+json"}
    body = None
    if attributes is not None:
        data: dict[str, Any] = {"type": kind, "attributes": attributes}
        if method == "PATCH":
            data["id"] = record_id
        body = json.dumps({"data": data})
    return here.call(method, path, body=body, user=owner, headers=headers)


def read(reply: Reply, status: int = 200) -> dict[str, Any]:
    """Take what its client takes of an answer, and look that all that its pages read is there."""
    assert reply.status == status, reply.body
    data = reply.body["data"]
    entries = data if isinstance(data, list) else [data]
    for entry in entries:
        assert set(entry) >= {"type", "id", "attributes"}
        missing = READ[entry["type"]] - entry["attributes"].keys()
        assert not missing, (entry["type"], missing)
    if isinstance(data, list):
        assert reply.body["meta"]["limit"] == 100
        return {entry["id"]: entry for entry in entries}
    return dict(data)


@pytest.mark.parametrize(
    "path", ["/templates/{id}/transition/published", "/deployments/{id}/transition/running"]
)
def test_there_is_no_generic_transition(here: Checked, owner: str, path: str) -> None:
    assert here.call("POST", path.format(id="x"), user=owner).status == 404


def test_templates_are_made_edited_published_and_listed(here: Checked, owner: str) -> None:
    made = read(send(here, "POST", "/templates", owner, TEMPLATE_FORM), 201)
    path = f"/templates/{made['id']}"
    edited = {**TEMPLATE_FORM, "version": "1.1.0", "description": "Better"}

    assert read(send(here, "PATCH", path, owner, edited))["attributes"]["description"] == "Better"
    assert read(send(here, "POST", f"{path}/publish", owner))["attributes"]["published"] is True

    assert read(send(here, "GET", path, owner))["attributes"]["compose_spec"]
    assert made["id"] in read(send(here, "GET", "/templates?scope=mine", owner))
    assert made["id"] in read(send(here, "GET", "/templates", owner))


def test_edit_form_of_a_published_template_changes_what_may_change(
    here: Checked, owner: str
) -> None:
    """Break: published compose text cannot be patched; the rest of the form still can."""
    form = {**TEMPLATE_FORM, "name": f"App of {owner}"}
    template = things.published(here, owner, **form)
    path = f"/templates/{template}"

    same = send(here, "PATCH", path, owner, {**form, "price_monthly_cents": 900})
    other = send(here, "PATCH", path, owner, {**form, "compose_spec": things.COMPOSE})

    assert read(same)["attributes"]["price_monthly_cents"] == 900
    assert (other.status, other.codes) == (409, ["version_immutable"])


def test_template_in_use_is_not_deleted(here: Checked, owner: str) -> None:
    template = things.published(here, owner)
    app = things.deployment(here, owner, template_id=template)

    assert send(here, "DELETE", f"/templates/{template}", owner).status == 409

    things.put(app, status="deleted", bury=True)
    assert send(here, "DELETE", f"/templates/{template}", owner).status == 204


def test_deploy_dialog_makes_and_starts(here: Checked, owner: str) -> None:
    form = {
        "name": "my-app-l3k9",
        "template_id": things.published(here, owner),
        "variables": {},
        "node_id": things.node(owner),
    }

    made = read(send(here, "POST", "/deployments", owner, form), 201)
    path = f"/deployments/{made['id']}"

    assert read(send(here, "POST", f"{path}/start", owner))["attributes"]["status"] == "scheduled"
    assert read(send(here, "GET", path, owner))["attributes"]["domains"] == []
    assert made["id"] in read(send(here, "GET", "/deployments", owner))
    assert send(here, "POST", f"{path}/stop", owner).status == 409


def test_plan_limit_is_told_in_words(here: Checked, owner: str) -> None:
    """Break: 403 in place of 400."""
    form = {"name": "a", "template_id": things.published(here, owner), "variables": {}}
    bounds = {"max_deployments": 1, "max_cpu_cores": -1, "max_memory_mb": -1, "max_disk_mb": -1}
    limits = {"X-Plan-Limits": json.dumps(bounds)}
    for status in (201, 403):
        reply = here.call("POST", "/deployments", form, user=owner, headers=limits)
        assert reply.status == status, reply.body
    assert "1" in reply.body["errors"][0]["detail"]


def test_running_deployment_is_stopped_and_deleted(here: Checked, owner: str) -> None:
    app = things.deployment(here, owner)
    things.put(app, status="running")

    stopping = read(send(here, "POST", f"/deployments/{app}/stop", owner))

    assert stopping["attributes"]["status"] == "stopping"
    things.put(app, status="stopped", clear_work=True)
    assert send(here, "DELETE", f"/deployments/{app}", owner).status in {202, 204}


def test_event_tab_reads_what_happened(here: Checked, owner: str) -> None:
    app = things.deployment(here, owner)

    for words in ("?limit=50", "?limit=1000", "?limit=50&type=created"):
        reply = send(here, "GET", f"/deployments/{app}/monitoring/events{words}", owner)

        assert (reply.status, reply.body["data"]["type"]) == (200, "deployment-events")
        event = reply.attributes["events"][0]
        assert event.keys() >= {"id", "type", "container", "message", "timestamp"}


@pytest.mark.parametrize(
    ("call", "type_name", "members"),
    [
        ("health", "deployment-health", {"status", "containers", "checked_at"}),
        ("stats", "deployment-stats", {"containers", "collected_at"}),
        ("logs?tail=100", "deployment-logs", {"logs"}),
    ],
)
def test_other_tabs_read_an_app_that_is_not_started_too(
    here: Checked, owner: str, call: str, type_name: str, members: set[str]
) -> None:
    app = things.deployment(here, owner)

    reply = send(here, "GET", f"/deployments/{app}/monitoring/{call}", owner)

    assert (reply.status, reply.body["data"]["type"], reply.id) == (200, type_name, app)
    assert reply.attributes.keys() >= members


def test_domains_speak_documents(here: Checked, owner: str) -> None:
    """Break: the reference's take and give plain objects."""
    path = f"/deployments/{things.deployment(here, owner)}/domains"
    host = f"www.{owner}.example.com"

    flat = here.call("POST", path, body=json.dumps({"hostname": host}), user=owner)
    made = here.call("POST", path, {"hostname": host}, user=owner, kind="domains")
    again = here.call("POST", path, {"hostname": host}, user=owner, kind="domains")

    assert (flat.status, flat.body["errors"][0]["source"]) == (400, {"pointer": "/data"})
    assert (made.status, again.status) == (201, 409)
    assert made.attributes.keys() >= {"hostname", "type", "ssl_enabled"}
    listed = here.call("GET", path, user=owner).body["data"]
    assert [domain["attributes"]["type"] for domain in listed] == ["auto", "custom"]
    verified = here.call("POST", f"{path}/{host}/verify", user=owner)
    assert verified.attributes.keys() >= {"verification_status", "last_check_error"}
    assert {
        one.keys() >= {"type", "name", "value", "priority"}
        for one in verified.attributes["instructions"]
    } == {True}
    assert here.call("DELETE", f"{path}/{host}", user=owner).status == 204


def test_node_form_adds_one_that_is_parked_and_given_up(here: Checked, owner: str) -> None:
    form = {
        "name": "My server",
        "ssh_host": "203.0.113.7",
        "ssh_port": 22,
        "ssh_user": "deploy",
        "ssh_key_id": things.ssh_key(here, owner),
        "docker_socket": "/var/run/docker.sock",
        "public": True,
        "capabilities": ["standard", "gpu"],
        "location": "Paris",
        "base_domain": "",
    }

    made = read(send(here, "POST", "/nodes", owner, form), 201)
    path = f"/nodes/{made['id']}"
    things.put(made["id"], clear_work=True, status="online")

    assert made["id"] in read(send(here, "GET", "/nodes?scope=mine", owner))
    assert read(send(here, "GET", path, owner))["attributes"]["ssh_user"] == "deploy"
    parked = read(send(here, "POST", f"{path}/maintenance", owner))
    assert parked["attributes"]["status"] == "maintenance"
    read(send(here, "DELETE", f"{path}/maintenance", owner))
    things.put(made["id"], clear_work=True)
    assert send(here, "DELETE", path, owner).status == 204


def test_deploy_dialog_lists_public_nodes_without_how_to_log_in(
    here: Checked, owner: str, stranger: str
) -> None:
    shown = things.node(stranger, public=True)

    entries = send(here, "GET", "/nodes", owner).body["data"]

    (attributes,) = [entry["attributes"] for entry in entries if entry["id"] == shown]
    assert attributes["status"] == "online"
    assert "ssh_host" not in attributes
    assert here.call("GET", "/nodes", user=None).status == 401, "a break: the reference shows them"


def test_keys_are_added_listed_and_deleted(here: Checked, owner: str) -> None:
    form = {"name": "laptop", "private_key": things.a_private_key()}

    made = read(send(here, "POST", "/ssh_keys", owner, form), 201)

    assert made["attributes"]["fingerprint"].startswith("SHA256:")
    assert list(read(send(here, "GET", "/ssh_keys", owner))) == [made["id"]]
    assert send(here, "DELETE", f"/ssh_keys/{made['id']}", owner).status == 204
    bad = send(here, "POST", "/ssh_keys", owner, {"name": "bad", "private_key": "no key"})
    assert bad.status == 422, "a break: 400 there"


@pytest.mark.parametrize(
    ("provider", "secret"),
    [
        ("digitalocean", {"api_token": "t0ken"}),
        ("hetzner", {"api_token": "t" * 64}),
        ("aws", {"access_key_id": "AKIAIOSFODNN7EXAMPLE", "secret_access_key": "s" * 40}),
    ],
)
def test_credentials_come_as_json_text(
    here: Checked, owner: str, provider: str, secret: dict[str, str]
) -> None:
    form = {"name": "my cloud", "provider": provider, "credentials": json.dumps(secret)}

    made = read(send(here, "POST", "/cloud_credentials", owner, form), 201)
    read(send(here, "POST", "/cloud_credentials", owner, {**form, "default_region": ""}), 201)

    assert made["id"] in read(send(here, "GET", "/cloud_credentials", owner))
    assert send(here, "DELETE", f"/cloud_credentials/{made['id']}", owner).status == 204


def test_provision_form_reads_plain_regions_and_sizes(here: Checked, owner: str) -> None:
    path = f"/cloud_credentials/{things.credential(here, owner)}"

    regions = send(here, "GET", f"{path}/regions", owner).body["data"]
    sizes = send(here, "GET", f"{path}/sizes", owner).body["data"]

    assert regions[0].keys() >= {"id", "name", "available"}
    wanted = {"id", "name", "cpu_cores", "memory_mb", "disk_gb", "price_hourly"}
    assert sizes[0].keys() >= wanted


def test_servers_are_ordered_watched_retried_and_destroyed(here: Checked, owner: str) -> None:
    form = things.provision_attributes(things.credential(here, owner))

    made = read(send(here, "POST", "/cloud_provisions", owner, form), 201)
    path = f"/cloud_provisions/{made['id']}"

    assert made["id"] in read(send(here, "GET", "/cloud_provisions", owner))
    assert send(here, "POST", f"{path}/retry", owner).status == 409
    things.put(made["id"], status="failed", clear_work=True)
    assert read(send(here, "POST", f"{path}/retry", owner))["attributes"]["status"] == "pending"
    things.put(made["id"], status="ready", clear_work=True)
    assert send(here, "DELETE", path, owner).status in {202, 204}


def test_billing_page_lists_invoices(here: Checked, owner: str) -> None:
    assert read(send(here, "GET", "/invoices", owner)) == {}


def test_billing_page_pays_and_asks_when_it_is_come_back_to(here: Checked, owner: str) -> None:
    """Break: `pay` takes a document."""
    path = f"/invoices/{things.invoice(owner)}/pay"
    pages = {
        "success_url": "https://hoster.test/billing?payment=success",
        "cancel_url": "https://hoster.test/billing?payment=cancelled",
    }

    opened = send(here, "POST", path, owner, pages).body["data"]
    here.world.stripe.pay(opened["session_id"])
    verify = f"/billing/verify-payment?session_id={opened['session_id']}"
    told = send(here, "GET", verify, owner).body["data"]

    assert opened["checkout_url"].startswith("http")
    assert (told["invoice_id"], told["paid"], told["status"]) == (
        opened["invoice_id"],
        True,
        "paid",
    )
    bare = here.call("POST", path, body=json.dumps(pages), user=owner)
    assert (bare.status, bare.codes) == (400, ["bad_request"])


def test_strangers_find_nothing(here: Checked, owner: str, stranger: str) -> None:
    """Break: 404 in place of 403."""
    app = things.deployment(here, owner)

    assert send(here, "GET", f"/deployments/{app}", stranger).status == 404
    assert send(here, "DELETE", f"/deployments/{app}", stranger).status == 404


def test_offset_paging_is_gone(here: Checked, owner: str) -> None:
    for word in ("page[offset]=0", "page[number]=1"):
        assert here.call("GET", f"/templates?{word}", user=owner).codes == ["unknown_query"]
    assert send(here, "GET", "/templates?page[size]=50", owner).status == 200


def test_drafts_are_listed_under_their_own_scope_alone(here: Checked, owner: str) -> None:
    draft = things.draft(here, owner)

    assert draft not in read(send(here, "GET", "/templates", owner))
    assert draft in read(send(here, "GET", "/templates?scope=mine", owner))
