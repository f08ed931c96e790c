"""`make deploy` and `make destroy` against a local AWS and a gateway that was never configured."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import httpx
import pytest
import yaml

from infra.deploy.web import ASK_FIRST, FOREVER
from infra.local.cloud.stack import LACKING, LOCAL_RUNTIME
from infra.local.gateway.app import Config, make_app
from infra.local.gateway.edge import PastEdge
from infra.packaging.template import LAYERS, ROOT, TABLES
from tests.contract.emulated import local_aws
from tests.local.serving import serving
from tests.packaging.conftest import built, copied

NAME, ACCOUNT, REGION = "shop", "000000000000", "us-east-1"
OPERATOR, PASSWORD = "ops@example.com", "a long password"
SEEDS = ROOT / "infra/seed/templates"


@dataclass
class Ground:
    """Everything that a deployment needs and finds."""

    aws: str
    build: Path
    folder: Path
    gateway: str = "http://127.0.0.1:9"
    admin: str = ""
    web_address: str = ""

    @property
    def dist(self) -> Path:
        return self.folder / "dist"

    def app(self, title: str) -> None:
        """Write a built web app."""
        shutil.rmtree(self.dist, ignore_errors=True)
        (self.dist / "assets").mkdir(parents=True)
        (self.dist / f"assets/{title}.js").write_text(title)
        (self.dist / "index.html").write_text(f"<!doctype html><title>{title}</title>")

    def stage(self, **parameters: str) -> Path:
        """Write the stage's file."""
        api = f"{self.aws}/restapis/{{ApiId}}/api/_user_request_"
        document = {
            "installation": NAME,
            "region": REGION,
            "account": ACCOUNT,
            "url": self.gateway,
            "gateway": {
                "admin_url": self.admin,
                "admin_email": OPERATOR,
                "api": api,
                "web": self.web_address or f"{self.aws}/{{WebBucketName}}",
            },
            "seeds": "creator@example.com",
            "parameters": {
                **LACKING,
                "FunctionRuntime": LOCAL_RUNTIME,
                "AppsDomain": "apps.example.net",
                **parameters,
            },
        }
        path = self.folder / "stage.yaml"
        path.write_text(yaml.safe_dump(document))
        return path

    def command(self, verb: str, stage: Path, typed: str = "", **more: str) -> Said:
        given = {
            "STAGE": str(stage),
            "JSON": "1",
            "BUILD": str(self.build),
            "DIST": str(self.dist),
            "SEEDS": str(self.folder / "seeds"),
            "SMOKE_SECONDS": "30",
            "PYTHONPATH": str(ROOT),
        }
        done = subprocess.run(
            [sys.executable, "-m", "infra.deploy", verb],
            env={**os.environ, **given, **more},
            cwd=self.folder,
            input=typed,
            capture_output=True,
            text=True,
            check=False,
        )
        print(done.stderr)
        return Said(done.returncode, done.stderr, json.loads(done.stdout.splitlines()[-1]))

    def web(self, name: str) -> httpx.Response:
        return httpx.get(f"{self.gateway}{name}", trust_env=False)


@dataclass
class Said:
    """How a command ended."""

    status: int
    text: str
    summary: dict[str, Any]

    def detail(self, stage: str) -> str:
        [found] = [one["detail"] for one in self.summary["stages"] if one["name"] == stage]
        return str(found)


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(copied(tmp_path_factory.mktemp("sources"), layers=LAYERS)).build


@pytest.fixture
def ground(build: Path, tmp_path: Path) -> Iterator[Ground]:
    running = {
        "HOSTER_PYTHON": str(ROOT / "infra/local/cloud/python"),
        "HOSTER_LOCAL_PYTHON": sys.executable,
    }
    with local_aws(tmp_path, tables=False, **running) as aws:
        made = Ground(aws, build, tmp_path)
        made.app("first")
        shutil.copytree(SEEDS / "nginx-web-server", tmp_path / "seeds/nginx-web-server")
        keep("gateway-admin", {"password": PASSWORD})
        for name in ("stripe", "dns"):
            keep(name, {})
        yield made


@contextmanager
def empty_gateway(ground: Ground) -> Iterator[None]:
    """Start a gateway that knows the installation's secret and nothing else."""
    config = Config(
        addresses=None,
        secret=str(secret("gateway")["current"]),
        state=ground.folder / "gateway",
        jwt_secret="7" * 64,
        meter_key="ak_" + "d" * 64,
        operator=(OPERATOR, PASSWORD),
    )
    app = make_app(config)
    with serving(app) as url, serving(PastEdge(app), lifespan="off") as admin:
        ground.gateway, ground.admin = url, f"{admin}/_gw/admin"
        yield


def keep(name: str, document: dict[str, Any]) -> None:
    client = boto3.client("secretsmanager")
    client.create_secret(Name=f"{NAME}/{name}", SecretString=json.dumps(document))


def secret(name: str) -> dict[str, Any]:
    client = boto3.client("secretsmanager")
    found = client.get_secret_value(SecretId=f"{NAME}/{name}")
    return json.loads(found["SecretString"])


def currency() -> str:
    stack = boto3.client("cloudformation").describe_stacks(StackName=NAME)["Stacks"][0]
    given = {one["ParameterKey"]: one["ParameterValue"] for one in stack["Parameters"]}
    return given["Currency"]


def resources() -> Any:
    return boto3.resource("dynamodb").Table(f"{NAME}-resources")


def test_installation_is_deployed_taken_back_taken_down_and_deployed_again(ground: Ground) -> None:
    """One story, since each deployment takes a while."""
    first = ground.command("deploy", ground.stage(Currency="EUR"), YES="1")

    assert first.status == 0, first.text
    assert [one["name"] for one in first.summary["stages"]] == [
        *("checks", "artefact", "changes", "stack", "web", "smoke")
    ]

    with empty_gateway(ground):
        whole = ground.command("deploy", ground.stage(Currency="EUR"), YES="1")
        assert whole.status == 0, whole.text
        assert whole.detail("seeds") == "1 of 1"
        page, script = ground.web("/a/page"), ground.web("/assets/first.js")
        assert (page.text, page.headers["cache-control"]) == (
            "<!doctype html><title>first</title>",
            ASK_FIRST,
        )
        assert script.headers["cache-control"] == FOREVER
        names = [
            one["attributes"]["name"] for one in ground.web("/api/v1/templates").json()["data"]
        ]
        assert names == ["Nginx Web Server"]
        key = secret("metering")["key"]

        same = ground.command("deploy", ground.stage(Currency="EUR"), YES="1")
        assert (same.status, same.detail("changes")) == (0, "nothing")
        assert same.detail("gateway") == "nothing to change"
        assert secret("metering")["key"] == key

        planned = ground.command("deploy", ground.stage(Currency="USD"), PLAN="1")
        assert planned.status == 1
        assert "Modify  ApiStack" in planned.text
        assert currency() == "EUR"

        ground.app("second")
        ground.web_address = "http://127.0.0.1:9"
        broken = ground.command("deploy", ground.stage(Currency="USD"), YES="1", SMOKE_SECONDS="1")
        assert "/some/page answers 502, not 200" in broken.text
        assert broken.status == 1
        assert "what worked before was put back" in broken.summary["failure"]
        assert currency() == "EUR"
        assert ground.web("/a/page").text == "<!doctype html><title>first</title>"
        assert ground.web("/assets/first.js").status_code == 200

        _server("creating")
        refused = ground.command("destroy", ground.stage(), f"{NAME}\n")
        assert "prov_1 (web-1, creating)" in refused.summary["failure"]
        _server("destroyed")
        mistyped = ground.command("destroy", ground.stage(), "shup\n")
        assert mistyped.status == 1
        assert currency() == "EUR"

        gone = ground.command("destroy", ground.stage(), f"{NAME}\n")
        assert gone.status == 0, gone.text
        assert boto3.client("lambda").list_functions()["Functions"] == []
        kept = boto3.client("dynamodb").list_backups()["BackupSummaries"]
        assert {one["TableName"] for one in kept} == {f"{NAME}-{table}" for table in TABLES}
        assert "Item" in resources().get_item(Key={"id": "prov_1"})

    ground.admin = ""
    again = ground.command("deploy", ground.stage(Currency="EUR"), YES="1")
    assert again.status == 0, again.text
    assert "ResourcesTable" in again.detail("adopt")
    assert "Item" in resources().get_item(Key={"id": "prov_1"})


def _server(status: str) -> None:
    """Write as little of a server's record as is looked at."""
    data = {"instance_name": "web-1"}
    item = {"id": "prov_1", "type": "cloud_provisions", "status": status, "data": data}
    resources().put_item(Item=item)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"account": "123456789012"}, "These credentials are of account 000000000000"),
        ({"colour": "red"}, "colour: Extra inputs are not permitted"),
        ({"url": "app.example.com"}, "url: String should match pattern"),
    ],
)
def test_stage_that_cannot_be_is_refused_before_anything_is_made(
    ground: Ground, changed: dict[str, str], told: str
) -> None:
    path = ground.stage()
    path.write_text(yaml.safe_dump({**yaml.safe_load(path.read_text()), **changed}))

    said = ground.command("deploy", path, YES="1")

    assert said.status == 1
    assert told in said.summary["failure"]
    assert boto3.client("s3").list_buckets()["Buckets"] == []


def test_apps_under_the_platforms_own_domain_are_warned_of(ground: Ground) -> None:
    path = ground.stage(AppsDomain="apps.example.com")
    document = yaml.safe_load(path.read_text()) | {"url": "https://hoster.example.com"}
    path.write_text(yaml.safe_dump(document))

    said = ground.command("deploy", path, PLAN="1")

    assert "warning: Apps would live under apps.example.com" in said.text
    assert "both are under example.com" in said.text
    with pytest.raises(boto3.client("cloudformation").exceptions.ClientError):
        currency()
