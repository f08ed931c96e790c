"""What the local Hetzner answers and refuses, as the real one does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from infra.local.hetzner.app import make_app
from infra.local.hetzner.project import SERVER_LIMIT
from tests.local.serving import serving

TOKEN, OTHER = "a" * 64, "b" * 64
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGC1aDxyzTmjgVWuXaJ6IfdgcgEHlOFWHhbmIHvqgA4C me"
NAMES = (f"web-{number}" for number in range(1000))


@pytest.fixture
def api() -> Iterator[httpx.Client]:
    with (
        serving(make_app(frozenset({TOKEN, OTHER}))) as url,
        httpx.Client(base_url=f"{url}/v1", trust_env=False, timeout=10) as client,
    ):
        client.headers["Authorization"] = f"Bearer {TOKEN}"
        yield client


def order(**given: Any) -> dict[str, Any]:
    usual = {"name": next(NAMES), "server_type": "cx22", "image": "debian-12", "location": "fsn1"}
    return usual | given


def refusal(answer: httpx.Response) -> tuple[int, str]:
    assert set(answer.json()["error"]) == {"code", "message", "details"}
    return answer.status_code, answer.json()["error"]["code"]


def test_token_of_nobody_is_refused_and_projects_are_apart(api: httpx.Client) -> None:
    api.post("/servers", json=order())

    strange = api.get("/servers", headers={"Authorization": "Bearer x"})
    other = api.get("/servers", headers={"Authorization": f"Bearer {OTHER}"})

    assert refusal(strange) == (401, "unauthorized")
    assert other.json()["servers"] == []


def test_server_moves_on_each_time_that_it_is_read(api: httpx.Client) -> None:
    made = api.post("/servers", json=order()).json()["server"]

    told = [api.get(f"/servers/{made['id']}").json()["server"]["status"] for _ in range(3)]

    assert (made["status"], told) == ("initializing", ["starting", "running", "running"])
    assert made["public_net"]["ipv4"]["ip"].startswith("203.0.113.")
    assert api.delete(f"/servers/{made['id']}").status_code == 200
    assert refusal(api.get(f"/servers/{made['id']}")) == (404, "not_found")
    assert refusal(api.delete(f"/servers/{made['id']}")) == (404, "not_found")


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"name": "under_score"},
        {"server_type": "cx99"},
        {"image": "debian-7"},
        {"location": "moon1"},
        {"location": "ash"},
        {"ssh_keys": [1]},
        {"labels": {"a:b": ""}},
        {"labels": {"a": "a b"}},
    ],
)
def test_order_that_cannot_be_is_refused(api: httpx.Client, wrong: dict[str, Any]) -> None:
    assert refusal(api.post("/servers", json=order(**wrong))) == (422, "invalid_input")
    assert api.get("/servers").json()["servers"] == []


def test_names_and_keys_are_unique(api: httpx.Client) -> None:
    wanted = order()
    assert api.post("/servers", json=wanted).status_code == 201
    assert refusal(api.post("/servers", json=wanted)) == (409, "uniqueness_error")
    key = {"name": "one", "public_key": KEY}
    assert api.post("/ssh_keys", json=key).status_code == 201
    for again in (key, {**key, "name": "two"}):
        assert refusal(api.post("/ssh_keys", json=again)) == (409, "uniqueness_error")


def test_project_has_a_limit(api: httpx.Client) -> None:
    statuses = [api.post("/servers", json=order()).status_code for _ in range(SERVER_LIMIT)]

    assert set(statuses) == {201}
    assert refusal(api.post("/servers", json=order())) == (403, "resource_limit_exceeded")


def test_lists_come_in_pages_and_by_label(api: httpx.Client) -> None:
    for number in range(3):
        labels = {"hoster/one": ""} if number else {}
        api.post("/servers", json=order(labels=labels))

    first = api.get("/servers", params={"per_page": 2}).json()
    chosen = api.get("/servers", params={"label_selector": "hoster/one"}).json()

    assert (len(first["servers"]), first["meta"]["pagination"]["next_page"]) == (2, 2)
    assert first["meta"]["pagination"]["total_entries"] == 3
    assert len(chosen["servers"]) == 2


def test_firewall_is_in_use_until_it_is_taken_from_its_servers(api: httpx.Client) -> None:
    server = api.post("/servers", json=order(labels={"hoster/x": ""})).json()["server"]
    on = [{"type": "label_selector", "label_selector": {"selector": "hoster/x"}}]
    made = api.post("/firewalls", json={"name": "fw", "apply_to": on}).json()["firewall"]

    [resource] = made["applied_to"]
    assert resource["applied_to_resources"] == [{"type": "server", "server": {"id": server["id"]}}]
    assert refusal(api.delete(f"/firewalls/{made['id']}")) == (409, "resource_in_use")
    action = f"/firewalls/{made['id']}/actions/remove_from_resources"
    assert api.post(action, json={"remove_from": on}).status_code == 201
    assert api.delete(f"/firewalls/{made['id']}").status_code == 204


def test_fault_has_the_reason_that_it_is_given(api: httpx.Client) -> None:
    root = str(api.base_url).removesuffix("/v1/")
    fault = {"call": "GET /v1/servers", "fault": "status", "value": "423 locked"}
    assert httpx.post(f"{root}/_local/faults", json=fault, trust_env=False).status_code == 201

    assert refusal(api.get("/servers")) == (423, "locked")
    assert api.get("/servers").status_code == 200
