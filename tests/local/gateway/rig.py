"""A gateway under a real server, with two upstreams that tell what reached them."""

from __future__ import annotations

import itertools
import json
import ssl
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from infra.gateway.blackbox.bench import Member
from infra.gateway.payloads import TABLE, Addresses
from infra.local.gateway.app import Config, make_app
from infra.local.gateway.certificates import EdgeFiles
from infra.local.gateway.edge import EdgeOfProduct
from tests.local.gateway.echo import Echo
from tests.local.serving import serving

SECRET = "5" * 64
JWT_SECRET = "7" * 64
METER_KEY = "ak_" + "d" * 64
HOST = "app.example.com"
PASSWORD = "longenough"
NUMBERS = itertools.count(1)
FAULTS: dict[str, dict[str, Any]] = {
    "refused": {"fault": "status", "value": 429},
    "lost": {"fault": "lost_response"},
    "dead": {"fault": "drop"},
}
NO_LIMITS = '{"max_deployments":0,"max_cpu_cores":0,"max_memory_mb":0,"max_disk_mb":0}'
FREE = '{"max_deployments":1,"max_cpu_cores":1,"max_memory_mb":1024,"max_disk_mb":5120}'
PRO = '{"max_deployments":20,"max_cpu_cores":16,"max_memory_mb":16384,"max_disk_mb":102400}'


@dataclass
class Upstreams:
    """The API behind a stage's path, and the built web app in its bucket."""

    api: Echo
    spa: Echo
    api_url: str
    spa_url: str

    def addresses(self, **other: str) -> Addresses:
        usual = {
            "api": f"{self.api_url}/stage",
            "web": f"{self.spa_url}/bucket",
            "public": f"https://{HOST}",
        }
        return Addresses(**(usual | other))

    def config(self, state: Path, **settings: Any) -> Config:
        given = {
            "addresses": self.addresses(),
            "secret": SECRET,
            "state": state,
            "jwt_secret": JWT_SECRET,
            "meter_key": METER_KEY,
        }
        return Config(**(given | settings))


@dataclass
class Gateway:
    """A running gateway and its client."""

    http: httpx.Client
    upstreams: Upstreams
    config: Config

    @property
    def api(self) -> Echo:
        return self.upstreams.api

    @property
    def spa(self) -> Echo:
        return self.upstreams.spa

    def get(self, path: str, **given: Any) -> httpx.Response:
        return self.http.get(path, **given)

    def post(self, path: str, given: Any = None, **more: Any) -> httpx.Response:
        return self.http.post(path, json=given, **more)

    def member(self, **changes: str) -> Member:
        email = f"m{next(NUMBERS)}@example.com"
        answer = self.post("/mod/auth/register", {"email": email, "password": PASSWORD})
        body = answer.json()
        member = Member(body["user"]["id"], email, body["token"])
        if changes:
            self.change(member, **changes)
        return member

    def change(self, member: Member, **changes: str) -> dict[str, Any]:
        answer = self.post(f"/_local/users/{member.id}", changes)
        assert answer.status_code == 200
        return answer.json()["user"]

    def key(self, member: Member, **given: Any) -> dict[str, Any]:
        answer = self.post("/_local/keys", {"user_id": member.id, **given})
        assert answer.status_code == 201
        return answer.json()


@dataclass
class Clock:
    """A clock that stands still until it is moved."""

    now: float = 1_800_000_000.0 + 10

    def __call__(self) -> float:
        return self.now


@contextmanager
def upstreams() -> Iterator[Upstreams]:
    api, spa = Echo(), Echo()
    with ExitStack() as open_ones:
        api_url, spa_url = (open_ones.enter_context(serving(echo.app())) for echo in (api, spa))
        yield Upstreams(api, spa, api_url, spa_url)


@contextmanager
def gateway(behind: Upstreams, state: Path, **settings: Any) -> Iterator[Gateway]:
    config = behind.config(state, **settings)
    with (
        serving(make_app(config)) as url,
        httpx.Client(base_url=url, trust_env=False, timeout=10) as http,
    ):
        http.headers.clear()
        yield Gateway(http, behind, config)


@dataclass
class Edged:
    """A gateway at its first host name, and where and by whom its second one is asked."""

    gate: Gateway
    url: str
    files: EdgeFiles

    @property
    def admin(self) -> str:
        """Where the product asks."""
        return f"{self.url}/_gw/admin"

    def secret(self, **other: str) -> str:
        """What the product shows."""
        given = {
            "key": METER_KEY,
            "certificate": self.files.client.read_text(),
            "authority": self.files.root.read_text(),
        }
        return json.dumps(given | other)

    def fail(self, call: str, how: str) -> None:
        """Have the next call end without being done, without an answer, or without either."""
        told = {"call": f"{call.split(maxsplit=1)[0]} /_gw/admin{call.split()[1]}", **FAULTS[how]}
        assert self.gate.post("/_local/faults", told).status_code == 201


@contextmanager
def edged_gateway(behind: Upstreams, state: Path) -> Iterator[Edged]:
    files, config = EdgeFiles(state / "edge"), behind.config(state)
    files.ensure()
    app = make_app(config)
    tls = {
        "ssl_certfile": files.server,
        "ssl_ca_certs": str(files.root),
        "ssl_cert_reqs": ssl.CERT_REQUIRED,
        "lifespan": "off",
    }
    with (
        serving(app) as url,
        serving(EdgeOfProduct(app), **tls) as edge,
        httpx.Client(base_url=url, trust_env=False, timeout=10) as http,
    ):
        http.headers.clear()
        yield Edged(Gateway(http, behind, config), edge, files)


@dataclass
class Plans:
    """A route table with plans beside the usual ones."""

    more: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Requests a minute and a month, by plan."""

    def write(self, folder: Path) -> Path:
        table = json.loads(TABLE.read_text())
        for name, (rate, quota) in self.more.items():
            counts = {"rate_limit_per_minute": rate, "requests_per_month": quota}
            table["plans"][name] = {**counts, "limits": json.loads(NO_LIMITS)}
        path = folder / "routes.json"
        path.write_text(json.dumps(table))
        return path


def error(answer: httpx.Response) -> dict[str, Any]:
    """The one error of a document."""
    assert answer.headers["content-type"] == "application/vnd.api+json"
    assert answer.text.endswith("}\n")
    [found] = answer.json()["errors"]
    assert answer.status_code == int(found["status"])
    return found


def proxy_error(code: str, detail: str, status: int) -> dict[str, Any]:
    """What a refusal on a proxied route holds."""
    return {"status": str(status), "code": code, "title": code, "detail": detail}
