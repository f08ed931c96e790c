"""The edge as nginx really plays it: what passes, what is not there, and what is bounded."""

from __future__ import annotations

import re
import shutil
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from string import Template

import httpx
import pytest
import yaml

from infra.gateway.payloads import table
from infra.local.certificates import CLIENT, SERVER, Root
from infra.local.gateway.app import make_app
from infra.local.gateway.edge import PastEdge
from infra.packaging.template import ROOT
from tests.local.gateway.rig import METER_KEY, Gateway, Member, Upstreams
from tests.local.serving import serving
from tests.ports import free_port

EDGE = ROOT / "infra/gateway/edge"
NAMES = ("127.0.0.1", "localhost")
"""Of people, and of the product: both lead here, and nginx tells them apart."""
MAIN = """\
user root;
worker_processes 1;
pid $folder/nginx.pid;
error_log $folder/error.log;
events {}
http {
  access_log off;
  client_body_temp_path $folder/body;
  proxy_temp_path $folder/proxy;
  fastcgi_temp_path $folder/fastcgi;
  uwsgi_temp_path $folder/uwsgi;
  scgi_temp_path $folder/scgi;
  include $folder/hoster.conf;
}
"""


@dataclass
class Edge:
    """nginx before a gateway."""

    folder: Path
    gate: Gateway
    http: httpx.Client
    plain: str
    product: str

    def get(self, path: str, **given: object) -> httpx.Response:
        return self.http.get(path, **given)

    def as_product(self) -> httpx.Client:
        context = ssl.create_default_context(cafile=str(self.folder / "root.pem"))
        context.load_cert_chain(self.folder / "product.pem")
        headers = {"X-API-Key": METER_KEY}
        return httpx.Client(base_url=self.product, verify=context, trust_env=False, headers=headers)


def written(folder: Path, gateway: str, http: int, https: int) -> Path:
    """nginx's files, filled in as its image fills them in."""
    root = Root("Edge")
    for name, use in (("server", SERVER), ("product", CLIENT)):
        issued = root.issue(name, use)
        (folder / f"{name}.pem").write_bytes(issued.certificate + issued.key)
    (folder / "root.pem").write_bytes(root.pem)
    (folder / "product-ca.pem").write_bytes(root.pem)
    for name in ("fullchain.pem", "privkey.pem"):
        shutil.copy(folder / "server.pem", folder / name)
    values = {
        "HOSTER_NAME": NAMES[0],
        "HOSTER_PRODUCT_NAME": NAMES[1],
        "HOSTER_GATEWAY": gateway,
        "HOSTER_TLS": str(folder),
        "HOSTER_HTTP_PORT": str(http),
        "HOSTER_HTTPS_PORT": str(https),
    }
    template = (EDGE / "hoster.conf.template").read_text()
    text = re.sub(r"\$\{(HOSTER_\w+)\}", lambda found: values[found[1]], template)
    (folder / "hoster.conf").write_text(text)
    (folder / "nginx.conf").write_text(Template(MAIN).substitute(folder=folder))
    return folder / "nginx.conf"


@contextmanager
def edge_before(behind: Upstreams, folder: Path) -> Iterator[Edge]:
    config = replace(behind.config(folder / "state"), rate_per_minute=None)
    http, https = free_port(), free_port()
    with serving(PastEdge(make_app(config))) as inner:
        path = written(folder, inner.removeprefix("http://"), http, https)
        checked = subprocess.run(
            ["nginx", "-t", "-c", str(path)], capture_output=True, text=True, check=False
        )
        assert checked.returncode == 0, checked.stderr
        process = subprocess.Popen(["nginx", "-c", str(path), "-g", "daemon off;"])
        context = ssl.create_default_context(cafile=str(folder / "root.pem"))
        url = f"https://{NAMES[0]}:{https}"
        try:
            with httpx.Client(base_url=url, verify=context, trust_env=False) as client:
                _await(client)
                gate = Gateway(httpx.Client(base_url=inner, trust_env=False), behind, config)
                plain, product = f"http://{NAMES[0]}:{http}", f"https://{NAMES[1]}:{https}"
                yield Edge(folder, gate, client, plain, product)
        finally:
            process.terminate()
            process.wait(20)


def _await(client: httpx.Client) -> None:
    for _ in range(200):
        try:
            client.get("/")
        except httpx.TransportError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("nginx does not answer")


@pytest.fixture(scope="module")
def edge(behind: Upstreams, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Edge]:
    with edge_before(behind, tmp_path_factory.mktemp("edge")) as running:
        yield running


@pytest.fixture(scope="module")
def member(edge: Edge) -> Member:
    return edge.gate.member()


def test_pages_api_and_sessions_pass(edge: Edge, member: Member) -> None:
    assert edge.get("/deep/link").json() == {"path": "/bucket/index.html"}
    assert edge.get("/api/v1/templates").status_code == 200
    assert edge.get("/api/v1/nodes", headers=member.session).status_code == 200
    assert edge.get("/mod/auth/me", headers=member.session).status_code == 200
    assert edge.http.post("/mod/auth/logout").status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/_gw/admin/users",
        "/_gw/auth/login",
        "/_internal/meter?user_id=x",
        "/_local/keys",
        "/admin/users",
        "/auth/login",
        "/mod/users",
        "/mod/auth/setup",
        "/mod/auth/setup-required",
        "/mod/settings",
        "/setup/step/1",
        "/portal",
        "/dashboard",
        "/docs",
        "/metrics",
        "/version",
        "/health",
        "/payment-webhooks/stripe",
        "/api/portal/auth/login",
        "/api/expr/validate",
        "/api/routes/test",
        "//_gw/admin/users",
        "/%5fgw/admin/users",
        "/x/../_gw/admin/users",
    ],
)
def test_what_is_the_gateways_own_is_not_there(edge: Edge, path: str) -> None:
    edge.gate.spa.seen.clear()

    for method in ("GET", "POST"):
        target = {"target": path.encode()}
        answer = edge.http.request(method, "/", extensions=target, headers={"X-API-Key": METER_KEY})

        assert (answer.status_code, "nginx" in answer.text) == (404, True)
    assert edge.gate.spa.seen == []


def test_what_only_the_gateway_may_say_is_taken_off(edge: Edge, member: Member) -> None:
    """The gateway strips it too; `strip` and the edge's own list are the same."""
    text = (EDGE / "hoster.conf.template").read_text()
    emptied = set(re.findall(r'proxy_set_header ([\w-]+) "";', text)) - {"Connection"}

    assert emptied == {*table()["strip"], "True-Client-IP"} - {"Host"}


def test_where_a_request_came_from_is_the_edges_word(edge: Edge, member: Member) -> None:
    lies = ("X-Forwarded-For", "X-Real-IP", "True-Client-IP")

    edge.get("/api/v1/nodes", headers={**member.session, **dict.fromkeys(lies, "6.6.6.6")})

    assert edge.gate.api.last.one("X-Forwarded-For") == "127.0.0.1"
    assert edge.gate.api.last.all("True-Client-IP") == []


def test_key_in_an_address_is_refused(edge: Edge) -> None:
    assert edge.get(f"/api/v1/nodes?api_key={METER_KEY}").status_code == 400


def test_body_of_more_than_ten_megabytes_is_told(edge: Edge, member: Member) -> None:
    answer = edge.http.post(
        "/api/v1/nodes", content=b"x" * (10 * 1_048_576 + 1), headers=member.session
    )

    assert answer.status_code == 413


def test_browsers_are_told_to_keep_to_tls_once(edge: Edge) -> None:
    for path in ("/", "/api/v1/templates", "/metrics"):
        told = edge.get(path).headers.get_list("strict-transport-security")
        assert told == ["max-age=63072000; includeSubDomains"]
    assert "content-security-policy" in edge.get("/").headers
    answer = httpx.get(f"{edge.plain}/a?b=1", trust_env=False)
    assert (answer.status_code, answer.headers["location"]) == (
        301,
        f"https://{NAMES[0]}/a?b=1",
    )


PAGE = "page%5Bnumber%5D=1&page%5Bsize%5D=100"


def test_product_looks_at_accounts_and_sets_a_password(edge: Edge, member: Member) -> None:
    path = f"/_gw/admin/users/{member.id}"
    with edge.as_product() as product:
        one, page = product.get(path), product.get(f"/_gw/admin/users?{PAGE}")
        changed = product.patch(path, json={"password": "longenough"})

    assert one.json()["data"]["attributes"]["email"] == member.email
    assert member.id in [shown["id"] for shown in page.json()["data"]]
    assert changed.status_code == 200


def test_product_makes_finds_and_revokes_keys(edge: Edge, member: Member) -> None:
    path = "/_gw/admin/keys"
    given = {"user_id": member.id, "name": "token_1", "scopes": ["hoster"]}
    with edge.as_product() as product:
        made = product.post(path, json={**given, "expires_at": "2099-01-01T00:00:00Z"})
        key = made.json()["data"]["id"]
        found = product.get(f"{path}?user_id={member.id}&page%5Bsize%5D=100")
        revoked = product.delete(f"{path}/{key}")

    assert [one["id"] for one in found.json()["data"]] == [key]
    assert revoked.status_code == 204


def test_product_reports_usage_and_changes_plans_by_its_certificate(
    edge: Edge, member: Member
) -> None:
    attributes = {"id": "evt_edge", "user_id": member.id, "event_type": "deployment.started"}
    data = {"data": [{"type": "usage_events", "attributes": attributes}]}
    with edge.as_product() as product:
        assert product.post("/_internal/meter", json=data).status_code == 202
        changed = product.patch(f"/_gw/admin/users/{member.id}", json={"plan_id": "pro"})
        assert changed.json()["data"]["relationships"]["plan"]["data"]["id"] == "pro"
        for method, path in (
            ("GET", "/_internal/meter"),
            ("POST", "/_internal/meter/"),
            ("POST", "/_internal/meter?a=b"),
            ("GET", f"/_gw/admin/users/{member.id}?a=b"),
            ("GET", "/_gw/admin/users/admin_1"),
            ("PATCH", "/_gw/admin/users/admin_1"),
            ("DELETE", f"/_gw/admin/users/{member.id}"),
            ("GET", "/_gw/admin/users"),
            ("GET", f"/_gw/admin/users?{PAGE}0"),
            ("GET", f"/_gw/admin/users?{PAGE}&a=b"),
            ("POST", f"/_gw/admin/users?{PAGE}"),
            ("GET", f"/_gw/admin/keys?{PAGE}"),
            ("GET", "/_gw/admin/keys"),
            ("PUT", "/_gw/admin/keys"),
            ("DELETE", "/_gw/admin/keys"),
            ("POST", f"/_gw/admin/keys?user_id={member.id}&page%5Bsize%5D=100"),
            ("GET", "/_gw/admin/keys?user_id=admin_1&page%5Bsize%5D=100"),
            ("GET", "/_gw/admin/keys/key_1"),
            ("PATCH", "/_gw/admin/plans/free"),
            ("GET", "/api/v1/templates"),
            ("GET", "/"),
        ):
            assert product.request(method, path).status_code == 403, path
        large = product.patch(f"/_gw/admin/users/{member.id}", json={"plan_id": "x" * 2000})
        assert large.status_code == 413


def test_without_its_certificate_nobody_is_the_product(edge: Edge) -> None:
    context = ssl.create_default_context(cafile=str(edge.folder / "root.pem"))
    with httpx.Client(base_url=edge.product, verify=context, trust_env=False) as stranger:
        answer = stranger.post("/_internal/meter", json={}, headers={"X-API-Key": METER_KEY})

    assert answer.status_code == 400
    assert "No required SSL certificate" in answer.text


def test_sign_in_is_bounded_for_each_address(edge: Edge) -> None:
    given = {"email": "nobody@example.com", "password": "a wrong one"}

    answers = [edge.http.post("/mod/auth/login", json=given).status_code for _ in range(9)]

    assert answers[0] == 401
    assert answers[-1] == 429
    assert edge.get("/api/v1/templates").status_code == 200


def test_unit_and_compose_file_are_read() -> None:
    compose = yaml.safe_load((EDGE / "compose.yaml").read_text())
    unit = (EDGE / "apigate.service").read_text()
    asked = set(re.findall(r"\$\{(HOSTER_\w+)\}", (EDGE / "hoster.conf.template").read_text()))
    told = set(compose["services"]["edge"]["environment"])

    assert asked - told == {"HOSTER_NAME", "HOSTER_PRODUCT_NAME"}
    for name, value in compose["services"]["gateway"]["environment"].items():
        assert f"Environment={name}=" in unit, (name, value)
    if shutil.which("systemd-analyze"):
        done = subprocess.run(
            ["systemd-analyze", "verify", str(EDGE / "apigate.service")],
            capture_output=True,
            text=True,
            check=False,
        )
        complaints = [line for line in done.stderr.splitlines() if "apigate.service" in line]
        assert [one for one in complaints if "not executable" not in one] == []
