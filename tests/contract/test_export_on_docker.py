"""An export followed to the letter on a machine with plain Docker: the app answers with its data.

docker-compose 1.29 runs it, which is Debian's; nothing of the platform is there.
"""

from __future__ import annotations

import io
import re
import subprocess
import tarfile
import time
from collections.abc import Iterator
from pathlib import Path
from unittest import mock
from urllib.error import URLError
from urllib.parse import unquote, urlsplit
from urllib.request import urlopen

import boto3
import pytest

from chalicelib.domain.runbooks import TOOL
from chalicelib.services import exported_apps
from infra.local.engine import ensure_engine
from infra.local.engine.daemon import connect
from infra.local.engine.debian import ensure_base
from tests.factories import settled, template
from tests.ports import free_port
from tests.world import World

pytestmark = [pytest.mark.local, pytest.mark.timeout(300)]

SECRET = "S3cret:value/of+mine="  # of this test alone
TEXT = """\
services:
  store:
    image: {image}
    command: [sleep, "600"]
    init: true
    healthcheck: {{test: [CMD, "true"], interval: 1s}}
    volumes: ["rows:/rows"]
  web:
    image: {image}
    init: true
    command: [sh, -c, "cd /www && echo $$TOKEN >token && exec busybox httpd -f -p 80 -h /www"]
    environment: {{TOKEN: "${{TOKEN}}"}}
    ports: ["80"]
    volumes: ["rows:/www/rows:ro"]
    tmpfs: ["/run:size=8m"]
    configs: [{{source: page, target: /www/index.html}}]
    depends_on: {{store: {{condition: service_healthy}}}}
configs: {{page: {{content: "it costs 5 $$"}}}}
volumes: {{rows: {{}}}}
"""


@pytest.fixture
def folder(here: World, tmp_path: Path) -> Iterator[Path]:
    """The folder of the one app in an export; what was started there is taken down."""
    ensure_engine()
    image, port = ensure_base(connect()), free_port()
    made = template(
        here,
        compose_spec=TEXT.format(image=image),
        variables=[{"name": "TOKEN", "type": "secret", "required": True, "label": "Token"}],
    )
    given = {"name": "My app", "template_id": made, "variables": {"TOKEN": SECRET}}
    assert here.call("POST", "/deployments", given).status == 201
    with mock.patch.object(exported_apps, "FIRST_PORT", port):
        export = here.call("POST", "/account_exports", {"include_secrets": True}).id
        assert settled(here, "account_exports", export)["status"] == "ready"
    link = here.call("POST", f"/account_exports/{export}/download").attributes["url"]
    key = unquote(urlsplit(link).path).partition("exports/")[2]
    found = boto3.client("s3").get_object(Bucket="test-contents", Key=f"exports/{key}")
    with tarfile.open(fileobj=io.BytesIO(found["Body"].read()), mode="r:gz") as archive:
        archive.extractall(tmp_path, filter="data")
    [app] = (tmp_path / "apps").iterdir()
    yield app
    subprocess.run(["docker-compose", "down", "--volumes"], cwd=app, check=True, timeout=120)


def steps(app: Path) -> list[str]:
    """The commands of the runbook, block by block."""
    text = (app / "RUNBOOK.md").read_text()
    return [block.strip() for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL)]


def run(app: Path, commands: str) -> None:
    """Run commands of the runbook, with images and the kind of compose that are here."""
    image = ensure_base(connect())
    here = commands.replace(TOOL, image).replace("docker compose", "docker-compose")
    subprocess.run(["sh", "-ec", here], cwd=app, check=True, timeout=200)


def page(port: int, path: str) -> str:
    end = time.monotonic() + 60
    while True:
        try:
            with urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
                return str(answer.read().decode().strip())
        except (URLError, OSError):
            assert time.monotonic() < end, "nothing answers"
            time.sleep(0.5)


def test_app_of_an_export_runs_on_plain_docker_with_its_data(folder: Path) -> None:
    _, here, start, _ = steps(folder)
    (folder / "volumes").mkdir()
    with tarfile.open(folder / "volumes/rows.tar.gz", "w:gz") as archive:
        row = tarfile.TarInfo("./first")
        row.size = 4
        archive.addfile(row, io.BytesIO(b"kept"))

    run(folder, here)
    run(folder, start)

    port = int(re.findall(r"this machine>:(\d+)", (folder / "RUNBOOK.md").read_text())[0])
    assert page(port, "/") == "it costs 5 $"
    assert page(port, "/token") == SECRET
    assert page(port, "/rows/first") == "kept"
    assert SECRET not in (folder / "compose.yaml").read_text()
