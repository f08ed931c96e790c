"""Data of an app saved in a bucket of its owner's: sent there by its server, proven, restored."""

from __future__ import annotations

import secrets
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import boto3
import httpx
import pytest
from botocore.config import Config

from e2e.deploys import texts
from e2e.deploys.server import Server
from e2e.deploys.tenant import App, Tenant
from e2e.deploys.test_backups import backed_up, rows, write
from e2e.installation import has_local_parts
from infra.local.bucket.files import BucketFiles
from infra.local.journey.client import Json, Refused
from infra.local.platform import layout


@dataclass
class OwnBucket:
    """A folder of the bucket at somebody else's S3, and the way past Hoster to what lies there."""

    known: Json
    folder: str = field(default_factory=lambda: f"e2e-{secrets.token_hex(4)}")

    def target(self, **changed: str) -> Json:
        """What is stored of it at Hoster."""
        return {"name": "my bucket", **self.known, "prefix": self.folder, **changed}

    def lying(self) -> dict[str, int]:
        """The objects in the folder and how long they are."""
        [root] = BucketFiles(layout.BUCKET).roots()
        s3: Any = boto3.client(
            "s3",
            endpoint_url=self.known["endpoint"],
            region_name=self.known["region"],
            aws_access_key_id=self.known["access_key_id"],
            aws_secret_access_key=self.known["secret_access_key"],
            config=Config(signature_version="s3v4", s3={"addressing_style": "path"}),
            verify=str(root),
        )
        found = s3.list_objects_v2(Bucket=self.known["bucket"], Prefix=f"{self.folder}/")
        return {one["Key"]: one["Size"] for one in found.get("Contents", ())}

    def refuse(self, call: str) -> None:
        """Have it refuse what is asked of the folder by one method, from now on."""
        path = f"{call} /{self.known['bucket']}/{self.folder}/*"
        told = {"call": path, "fault": "status", "value": "403 AccessDenied", "times": 99}
        self._local("POST", json=told)

    def heal(self) -> None:
        """Have it refuse nothing."""
        self._local("DELETE")

    def _local(self, method: str, **given: Any) -> None:
        [root] = BucketFiles(layout.BUCKET).roots()
        believed = ssl.create_default_context(cafile=str(root))
        url = f"{self.known['endpoint']}/_local/faults"
        answer = httpx.request(method, url, verify=believed, trust_env=False, **given)
        answer.raise_for_status()


@pytest.fixture
def bucket(platform: Json) -> Iterator[OwnBucket]:
    """A bucket, in which nothing is left."""
    if not has_local_parts(platform):
        pytest.skip("the installation is elsewhere: it does not reach this bucket")
    made = OwnBucket(platform["bucket"])
    yield made
    made.heal()
    assert made.lying() == {}


@pytest.fixture
def app(tenant: Tenant, server: Server) -> App:
    """An app with a database that runs."""
    template = tenant.published(texts.ROWS, variables=[texts.PASSWORD], files=texts.ROWS_FILES)
    made = tenant.app(template, server)
    made.running()
    return made


def into(tenant: Tenant, app: App, target: str | None) -> None:
    """Have the backups of an app lie in a bucket from now on."""
    given = {"backup_target_id": target}
    tenant.account.call("PATCH", f"/deployments/{app.id}", given, "deployments")


def test_backup_lies_in_ones_own_bucket_and_comes_back(
    tenant: Tenant, server: Server, app: App, bucket: OwnBucket
) -> None:
    account = tenant.account
    target = account.create("backup_targets", bucket.target(secret_access_key="guessed"))["id"]
    with pytest.raises(Refused) as wrong:
        account.call("POST", f"/backup_targets/{target}/check")
    right = {"secret_access_key": bucket.known["secret_access_key"]}
    account.call("PATCH", f"/backup_targets/{target}", right, "backup_targets")
    checked = account.call("POST", f"/backup_targets/{target}/check")["data"]["attributes"]
    into(tenant, app, target)
    write(app, server, "insert into rows values ('third')")

    backup = backed_up(tenant, app)
    app.running()
    known, lying = backup["attributes"], bucket.lying()
    write(app, server, "delete from rows")
    given = {"backup_id": backup["id"]}
    account.call("POST", f"/deployments/{app.id}/restore", given, "deployments")
    app.running()
    with pytest.raises(Refused) as used:
        account.call("DELETE", f"/backup_targets/{target}")
    words = f"-e {right['secret_access_key']} -e X-Amz-Signature"
    left = server.shell(f"grep -rlI {words} /var/lib/hoster /root /tmp /dev/shm || true")

    assert (wrong.value.status, wrong.value.code) == (422, "bucket_key_refused")
    assert (checked["status"], checked["error_code"]) == ("valid", None)
    assert (known["status"], known["error_message"]) == ("complete", None)
    assert sorted(lying.values()) == sorted(one["bytes"] for one in known["archives"])
    assert rows(app) == "first,second,third"
    assert used.value.code == "target_in_use"
    assert left == ""
    account.call("DELETE", f"/backups/{backup['id']}")
    into(tenant, app, None)
    account.call("DELETE", f"/backup_targets/{target}")


def test_bucket_that_refuses_fails_the_backup_and_not_the_app(
    tenant: Tenant, app: App, bucket: OwnBucket
) -> None:
    account = tenant.account
    target = account.create("backup_targets", bucket.target())["id"]
    into(tenant, app, target)
    bucket.refuse("PUT")

    backup = backed_up(tenant, app)
    app.running()

    known = backup["attributes"]
    assert (known["status"], known["error_code"]) == ("failed", "bucket_access_denied")
    assert "s3:PutObject" in known["error_message"]
    kept = account.call("GET", f"/backup_targets/{target}")["data"]["attributes"]
    assert (kept["status"], kept["error_code"]) == ("invalid", "bucket_access_denied")
    assert rows(app) == "first,second"
    assert bucket.lying() == {}
    bucket.heal()
    account.call("DELETE", f"/backups/{backup['id']}")
    into(tenant, app, None)
    account.call("DELETE", f"/backup_targets/{target}")
