"""An export followed to the letter on a machine with plain Docker: the app answers with its data.

docker-compose 1.29 runs it, which is Debian's; nothing of the platform is there.
"""

from __future__ import annotations

import hashlib
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from unittest import mock
from urllib.parse import unquote, urlsplit

import boto3
import pytest

from chalicelib.domain.names_on_node import image_volume
from chalicelib.runtime import wiring
from chalicelib.services.exports import exported_apps
from infra.local.engine import ensure_engine
from infra.local.engine.daemon import connect
from infra.local.engine.debian import ensure_base
from tests.contract.plain_docker import page, run, steps, take_down, unpacked
from tests.factories import settled, template
from tests.functions import things
from tests.ports import free_port
from tests.world import World

pytestmark = [pytest.mark.local, pytest.mark.timeout(300)]

SECRET = "S3cret:value/of+mine="  # of this test alone
OF_IMAGE = image_volume("web", "/www/own")
"""A volume that the image of the app's web service asks for itself."""
MADE = """\
echo kept >first; truncate -s 9M hole; echo end >>hole
tar --numeric-owner --xattrs --sparse -cf - . | gzip -1 |
  openssl enc -aes-256-ctr -pbkdf2 -salt -pass pass:{passphrase}
"""
"""Makes an archive as servers do, with what other programs than GNU tar do not read."""
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


def backed_up(app: str, folder: Path) -> None:
    """Have a backup of the app, whose archives are real, and one that failed since."""
    folder.mkdir()
    made = MADE.format(passphrase="p" * 64)
    archive = subprocess.run(["sh", "-ec", made], cwd=folder, stdout=-1, check=True).stdout
    told = {
        "bytes": len(archive),
        "sha256": hashlib.sha256(archive).hexdigest(),
        "plain_bytes": 1,
        "seconds": 1,
    }
    keys = {volume: f"{app}/one/{volume}.tar.gz.enc" for volume in ("rows", OF_IMAGE)}
    for key in keys.values():
        boto3.client("s3").put_object(Bucket="test-archives", Key=key, Body=archive)
    uploads = [{"volume": volume, "key": key} for volume, key in keys.items()]
    uploads[1] |= {"service": "web", "target": "/www/own"}
    record = wiring.records().get(app)
    assert record is not None
    archives = [{"volume": volume, **told} for volume in keys]
    things.backup_of(record, archives=archives, uploads=uploads)
    things.put(things.backup_of(record), status="failed")


@pytest.fixture
def folder(here: World, tmp_path: Path) -> Iterator[Path]:
    """The folder of the one app in an export, with its data beside; it is taken down after."""
    ensure_engine()
    image, port = ensure_base(connect()), free_port()
    made = template(
        here,
        compose_spec=TEXT.format(image=image),
        variables=[{"name": "TOKEN", "type": "secret", "required": True, "label": "Token"}],
    )
    given = {"name": "My app", "template_id": made, "variables": {"TOKEN": SECRET}}
    made_app = here.call("POST", "/deployments", given)
    assert made_app.status == 201
    backed_up(made_app.id, tmp_path / "data")
    with mock.patch.object(exported_apps, "FIRST_PORT", port):
        export = here.call("POST", "/account_exports", {"include_secrets": True}).id
        assert settled(here, "account_exports", export)["status"] == "ready"
    links = here.call("POST", f"/account_exports/{export}/download").attributes
    app = unpacked(links, fetched, tmp_path)
    yield app
    take_down(app)


def fetched(link: str) -> bytes:
    """What a link leads to, read past it: this AWS is in the test's own process."""
    host, path = urlsplit(link).hostname or "", unquote(urlsplit(link).path)
    bucket = next(one for one in ("test-contents", "test-archives") if one in host + path)
    key = path.removeprefix(f"/{bucket}").lstrip("/")
    body: bytes = boto3.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
    return body


def test_app_of_an_export_runs_on_plain_docker_with_its_data(folder: Path) -> None:
    data, start, _ = steps(folder)

    run(folder, data)
    run(folder, start)

    port = int(re.findall(r"this machine>:(\d+)", (folder / "RUNBOOK.md").read_text())[0])
    assert page(port, "/") == "it costs 5 $"
    assert page(port, "/token") == SECRET
    assert page(port, "/rows/first") == "kept"
    assert page(port, "/own/first") == "kept"
    assert page(port, "/own/hole").strip("\0") == "end"
    assert SECRET not in (folder / "compose.yaml").read_text()
