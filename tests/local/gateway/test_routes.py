"""Which way a request goes, and how its path arrives."""

from __future__ import annotations

import pytest

from infra.local.gateway.routes import Condition, Route, load
from tests.local.gateway.rig import Gateway, Member, error, proxy_error

MISSING = proxy_error("missing_api_key", "API key is required", 401)


@pytest.mark.parametrize(
    ("method", "path", "name"),
    [
        ("GET", "/api/v1/health", "hoster-open"),
        ("GET", "/api/v1/ready", "hoster-ready"),
        ("GET", "/api/v1/openapi.json", "hoster-openapi"),
        ("POST", "/api/v1/webhooks/stripe", "hoster-stripe"),
        ("POST", "/api/v1/notice_confirmations", "hoster-notices"),
        ("GET", "/api/v1/notice_confirmations", "hoster-api"),
        ("POST", "/api/v1/notice_unsubscriptions/chn_1.abc", "hoster-unsubscriptions"),
        ("GET", "/api/v1/notice_unsubscriptions/chn_1.abc", "hoster-unsubscriptions"),
        ("DELETE", "/api/v1/notice_unsubscriptions/chn_1.abc", "hoster-api"),
        ("GET", "/api/v1/webhooks/stripe", "hoster-api"),
        ("POST", "/api/v1/health", "hoster-api"),
        ("GET", "/api/v1/templates", "hoster-public"),
        ("GET", "/api/v1/templates/tmpl_1", "hoster-public"),
        ("POST", "/api/v1/templates", "hoster-api"),
        ("GET", "/api/v1/deployments", "hoster-billing"),
        ("GET", "/api/v1/deploymentsX", "hoster-billing"),
        ("DELETE", "/api/v1/nodes/n1", "hoster-api"),
        ("GET", "/api", "hoster-front"),
        ("GET", "/API/v1/nodes", "hoster-front"),
        ("HEAD", "/", "hoster-front"),
        ("POST", "/", None),
    ],
)
def test_request_goes_the_way_of_the_table(method: str, path: str, name: str | None) -> None:
    found = load().find(method, path, {})

    assert (found and found.name) == name


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("headers", [{"x-api-key": "ak_1"}, {"authorization": "Bearer ak_1"}])
def test_templates_asked_with_a_key_need_an_account(method: str, headers: dict[str, str]) -> None:
    found = load().find(method, "/api/v1/templates", headers)

    assert found is not None
    assert (found.priority, found.auth) == (61, True)


def test_templates_asked_with_a_session_are_public() -> None:
    found = load().find("GET", "/api/v1/templates", {"authorization": "Bearer a.b.c"})

    assert found is not None
    assert (found.priority, found.auth) == (60, False)


def route(**given: object) -> Route:
    usual = {"name": "", "path": "/*", "match": "prefix", "upstream": "u", "auth": False}
    return Route(**{**usual, "priority": 1, **given})  # type: ignore[arg-type] - as JSON gives it


def test_prefix_without_a_star_is_exact() -> None:
    one = route(path="/a")

    assert one.admits("GET", "/a", {})
    assert not one.admits("GET", "/a/b", {})


@pytest.mark.parametrize(
    ("host", "is_admitted"),
    [
        ("one.apps.example.com", True),
        ("ONE.apps.example.com.:8082", True),
        ("two.one.apps.example.com", False),
        ("apps.example.com", False),
        ("one.example.com", False),
    ],
)
def test_star_in_a_host_is_one_label(host: str, is_admitted: bool) -> None:
    assert route(host="*.apps.example.com").admits("GET", "/", {"host": host}) is is_admitted


def test_wanted_header_decides() -> None:
    exact = route(headers=(Condition("X-Api-Version", "2"),))
    optional = route(headers=(Condition("X-Api-Version", "2", required=False),))

    assert exact.admits("GET", "/", {"x-api-version": "2"})
    assert not exact.admits("GET", "/", {"x-api-version": "22"})
    assert not exact.admits("GET", "/", {})
    assert optional.admits("GET", "/", {})


def test_priority_comes_before_host_and_host_before_match_and_length() -> None:
    routes = [
        route(name="long", path="/abc/*"),
        route(name="short", path="/a*"),
        route(name="exact", path="/a", match="exact"),
        route(name="wildcard", host="*.x.y"),
        route(name="host", host="a.x.y"),
        route(name="first", priority=2),
    ]

    names = [one.name for one in sorted(routes, key=lambda one: one.rank)]

    assert names == ["first", "host", "wildcard", "exact", "long", "short"]


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/templates/a%2Fb",
        "/api/v1/templates/%41%7e",
        "/api/v1/templates/caf%C3%A9.example.com",
        "/api/v1/templates/a//b",
        "/api/v1/templates/../../secret",
        "/api/v1/templates/%2e%2e/secret",
    ],
)
def test_path_arrives_as_it_was_sent(gate: Gateway, path: str) -> None:
    gate.get("/", extensions={"target": path.encode()})

    assert gate.api.last.path == path.replace("/api", "/stage", 1)


def test_query_arrives_as_it_was_sent(gate: Gateway) -> None:
    query = "a=1&b=%20&a=2&page[size]=3&c=%5b"

    gate.get("/", extensions={"target": f"/api/v1/templates?{query}".encode()})

    assert gate.api.last.query == query


def test_route_is_found_by_the_decoded_path(gate: Gateway) -> None:
    answer = gate.get("/", extensions={"target": b"/api/v1/%64eployments"})

    assert error(answer) == MISSING


@pytest.mark.parametrize("method", ["GET", "POST", "PATCH", "DELETE", "OPTIONS"])
def test_method_and_body_arrive(gate: Gateway, member: Member, method: str) -> None:
    gate.http.request(method, "/api/v1/nodes", headers=member.session, content=b"12345")

    assert (gate.api.last.method, gate.api.last.size) == (method, 5)


@pytest.mark.parametrize("path", ["/", "/apps/one", "/settings", "/admin/users", "/mod/users"])
def test_address_inside_the_web_app_is_its_page(gate: Gateway, path: str) -> None:
    answer = gate.get(path)

    assert answer.json() == {"path": "/bucket/index.html"}


@pytest.mark.parametrize("path", ["/assets/app-1a2b.js", "/favicon.ico"])
def test_file_of_the_web_app_is_itself(gate: Gateway, path: str) -> None:
    answer = gate.get(path)

    assert answer.json() == {"path": f"/bucket{path}"}


def test_path_without_a_route_needs_an_account_and_leads_nowhere(
    gate: Gateway, member: Member
) -> None:
    assert error(gate.post("/deep/link")) == MISSING
    assert error(gate.post("/deep/link", headers=member.session))["code"] == "upstream_error"


@pytest.mark.parametrize(
    "path",
    ["/healthz", "/health/zzz", "/mod/auth/refresh", "/_gw/admin/users", "/_local/x", "/metrics"],
)
def test_path_of_the_gateway_itself_is_no_route(gate: Gateway, path: str) -> None:
    answer = gate.get(path)

    assert answer.status_code == 404
    assert answer.text == "404 page not found\n"
    assert answer.headers["content-type"].startswith("text/plain")
    assert gate.spa.seen == []


def test_gateway_tells_that_it_lives(gate: Gateway) -> None:
    assert gate.get("/health").json() == gate.get("/health/live").json() == {"status": "ok"}
    assert gate.get("/version").json()["service"] == "apigate"


def test_wrong_method_on_the_gateways_own_path_has_no_body(gate: Gateway) -> None:
    answer = gate.get("/mod/auth/login")

    assert (answer.status_code, answer.content) == (405, b"")
    assert answer.headers["allow"] == "POST"
