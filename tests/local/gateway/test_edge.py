"""The edge's second host name admits the product's few calls to who shows its certificate."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from infra.local.certificates import CLIENT, Root
from tests.local.gateway.rig import (
    METER_KEY,
    Edged,
    Gateway,
    Member,
    Upstreams,
    edged_gateway,
)

KEY = {"X-API-Key": METER_KEY}
A_KEY = {
    "user_id": "user",
    "name": "token_1",
    "scopes": ["hoster"],
    "expires_at": "2099-01-01T00:00:00Z",
}


@pytest.fixture(scope="module")
def both(behind: Upstreams, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Edged]:
    with edged_gateway(behind, Path(tmp_path_factory.mktemp("gateway"))) as running:
        yield running


@pytest.fixture
def gate(both: Edged) -> Gateway:
    return both.gate


@pytest.fixture
def member(gate: Gateway) -> Member:
    return gate.member()


@pytest.fixture
def edge(both: Edged) -> Iterator[httpx.Client]:
    context = ssl.create_default_context(cafile=str(both.files.root))
    context.load_cert_chain(both.files.client)
    with httpx.Client(base_url=both.url, verify=context, trust_env=False, headers=KEY) as client:
        yield client


def test_plan_and_status_of_an_account_are_changed(
    gate: Gateway, edge: httpx.Client, member: Member
) -> None:
    answer = edge.patch(f"/_gw/admin/users/{member.id}", json={"plan_id": "pro"})

    shown = answer.json()["data"]
    assert (answer.status_code, shown["id"]) == (200, member.id)
    assert shown["relationships"]["plan"]["data"]["id"] == "pro"
    gate.get("/api/v1/account", headers=member.session)
    assert dict(gate.api.last.headers)["x-plan-id"] == "pro"


def test_accounts_are_looked_at(edge: httpx.Client, member: Member) -> None:
    one = edge.get(f"/_gw/admin/users/{member.id}")
    page = edge.get("/_gw/admin/users?page%5Bnumber%5D=1&page%5Bsize%5D=100")

    assert one.json()["data"]["attributes"]["email"] == member.email
    assert member.id in [shown["id"] for shown in page.json()["data"]]


def test_password_of_an_account_is_changed(
    gate: Gateway, edge: httpx.Client, member: Member
) -> None:
    answer = edge.patch(f"/_gw/admin/users/{member.id}", json={"password": "another one"})

    assert answer.status_code == 200
    assert "another one" not in answer.text
    for password, status in (("longenough", 401), ("another one", 200)):
        given = {"email": member.email, "password": password}
        assert gate.post("/mod/auth/login", given).status_code == status


def test_key_of_an_account_is_made_found_and_revoked(
    gate: Gateway, edge: httpx.Client, member: Member
) -> None:
    made = edge.post("/_gw/admin/keys", json={**A_KEY, "user_id": member.id}).json()["data"]
    path = f"/_gw/admin/keys?user_id={member.id}&page%5Bsize%5D=100"
    headers = {"X-API-Key": made["meta"]["key"]}

    assert [one["id"] for one in edge.get(path).json()["data"]] == [made["id"]]
    assert gate.get("/api/v1/account", headers=headers).status_code == 200
    assert edge.delete(f"/_gw/admin/keys/{made['id']}").status_code == 204
    assert gate.get("/api/v1/account", headers=headers).status_code == 401


def test_usage_is_reported(edge: httpx.Client, member: Member) -> None:
    attributes = {"id": "evt_edge", "user_id": member.id, "event_type": "deployment.started"}
    data = [{"type": "usage_events", "attributes": attributes}]

    assert edge.post("/_internal/meter", json={"data": data}).status_code == 202


@pytest.mark.parametrize(
    ("call", "given"),
    [
        ("GET /_internal/meter?user_id=x", None),
        ("POST /_internal/meter?a=b", {}),
        ("POST /_internal/meter/", {}),
        ("GET /_gw/admin/users/{id}?a=b", None),
        ("GET /_gw/admin/users/admin_1", None),
        ("PATCH /_gw/admin/users/admin_1", {"password": "longenough"}),
        ("PATCH /_gw/admin/users/{id}", {"password": "longenough", "email": "a@example.com"}),
        ("DELETE /_gw/admin/users/{id}", None),
        ("PUT /_gw/admin/users/{id}", {"plan_id": "pro"}),
        ("PATCH /_gw/admin/users/{id}", {}),
        ("PATCH /_gw/admin/users/{id}", {"plan_id": "pro", "email": "mine@example.com"}),
        ("PATCH /_gw/admin/users/{id}", {"plan_id": 7}),
        ("PATCH /_gw/admin/users/{id}", {"plan_id": "x" * 2000}),
        ("PATCH /_gw/admin/users/{id}/../../plans/free", {"plan_id": "pro"}),
        ("PATCH /_gw/admin/plans/free", {"plan_id": "pro"}),
        ("GET /_gw/admin/users", None),
        ("GET /_gw/admin/users?page%5Bnumber%5D=1&page%5Bsize%5D=1000", None),
        ("GET /_gw/admin/users?page%5Bnumber%5D=1&page%5Bsize%5D=100&a=b", None),
        ("POST /_gw/admin/users?page%5Bnumber%5D=1&page%5Bsize%5D=100", {"email": "a@x.io"}),
        ("GET /_gw/admin/keys?page%5Bnumber%5D=1&page%5Bsize%5D=100", None),
        ("GET /_gw/admin/keys", None),
        ("GET /_gw/admin/keys?user_id=admin_1&page%5Bsize%5D=100", None),
        ("GET /_gw/admin/keys?user_id={id}&page%5Bsize%5D=100&a=b", None),
        ("POST /_gw/admin/keys?user_id={id}&page%5Bsize%5D=100", dict(A_KEY)),
        ("POST /_gw/admin/keys", {**A_KEY, "scopes": ["meter:write"]}),
        ("POST /_gw/admin/keys", {**A_KEY, "scopes": []}),
        ("POST /_gw/admin/keys", {**A_KEY, "user_id": "admin_1"}),
        ("POST /_gw/admin/keys", {**A_KEY, "quota_bypass": True}),
        ("POST /_gw/admin/keys", {"user_id": "u", "name": "n", "scopes": ["hoster"]}),
        ("DELETE /_gw/admin/keys", None),
        ("DELETE /_gw/admin/keys/key_1/../../plans/free", None),
        ("GET /health", None),
        ("GET /api/v1/templates", None),
        ("POST /_local/faults", {}),
        ("POST /mod/auth/login", {}),
    ],
)
def test_everything_else_is_refused(
    gate: Gateway, edge: httpx.Client, member: Member, call: str, given: Any
) -> None:
    method, path = call.split()

    answer = edge.request(method, path.format(id=member.id), json=given)

    assert answer.status_code == 403
    me = gate.get("/mod/auth/me", headers=member.session).json()["user"]
    assert (me["plan_id"], me["email"]) == ("free", member.email)


def test_key_is_asked_for_behind_the_edge_too(edge: httpx.Client, member: Member) -> None:
    path, key = f"/_gw/admin/users/{member.id}", {"X-API-Key": "ak_" + "0" * 64}

    answer = edge.patch(path, json={"plan_id": "pro"}, headers=key)

    assert answer.status_code == 401


def test_account_that_is_not_there_is_not_found(edge: httpx.Client) -> None:
    assert edge.patch("/_gw/admin/users/nobody", json={"plan_id": "pro"}).status_code == 404


def test_first_host_name_knows_no_admin_api(gate: Gateway, member: Member) -> None:
    path = f"/_gw/admin/users/{member.id}"

    answer = gate.http.patch(path, json={"plan_id": "pro"}, headers=KEY)

    assert answer.status_code == 404


@pytest.mark.parametrize("shown", ["nothing", "another authority's"])
def test_who_shows_no_certificate_of_its_own_is_not_heard(
    both: Edged, tmp_path: Path, shown: str
) -> None:
    context = ssl.create_default_context(cafile=str(both.files.root))
    if shown != "nothing":
        issued = Root("Somebody").issue("hoster", CLIENT)
        (tmp_path / "other.pem").write_bytes(issued.certificate + issued.key)
        context.load_cert_chain(tmp_path / "other.pem")

    with (
        httpx.Client(base_url=both.url, verify=context, trust_env=False, headers=KEY) as client,
        pytest.raises(httpx.TransportError),
    ):
        client.post("/_internal/meter", json={})


def test_faults_that_are_asked_for_are_played_here_too(
    gate: Gateway, edge: httpx.Client, member: Member
) -> None:
    path = f"/_gw/admin/users/{member.id}"
    gate.post("/_local/faults", {"call": f"PATCH {path}", "fault": "status", "value": 503})

    first = edge.patch(path, json={"plan_id": "pro"})
    second = edge.patch(path, json={"plan_id": "pro"})

    assert (first.status_code, second.status_code) == (503, 200)
