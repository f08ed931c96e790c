"""Downloads over S3: a link that anybody who has it can follow, for a while."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any
from urllib.request import urlopen

import boto3
import pytest
from botocore.config import Config

from chalicelib.adapters.contents.downloads import S3Downloads
from chalicelib.domain.errors import Unavailable
from tests.contract.emulated import local_aws

BUCKET = "test-contents"
NOW = "2026-02-15T10:00:00.000Z"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with local_aws(tmp_path_factory.mktemp("downloads")):
        s3 = boto3.client("s3", config=Config(signature_version="s3v4"))
        s3.create_bucket(Bucket=BUCKET)
        yield s3


def test_link_leads_to_the_file_without_any_credentials(client: Any) -> None:
    downloads = S3Downloads(client, BUCKET, lambda: NOW)

    first = downloads.offer(io.BytesIO(b"packed"), folder="app", name="app.log.gz")
    second = downloads.offer(io.BytesIO(b"other"), folder="app", name="app.log.gz")

    with urlopen(first.url, timeout=10) as answer:  # noqa: S310  # of the local AWS
        assert answer.read() == b"packed"
        assert answer.headers["Content-Type"] == "application/gzip"
        assert answer.headers["Content-Disposition"] == 'attachment; filename="app.log.gz"'
    assert first.expires_at == "2026-02-15T10:10:00.000Z"
    assert "/downloads/app/" in first.url
    assert first.url.partition("?")[0] != second.url.partition("?")[0]


def test_store_that_is_away_is_told(client: Any) -> None:
    quick = Config(retries={"total_max_attempts": 1}, connect_timeout=1)
    away = boto3.client("s3", endpoint_url="http://127.0.0.1:1", config=quick)

    with pytest.raises(Unavailable):
        S3Downloads(away, BUCKET, lambda: NOW).offer(io.BytesIO(b"x"), folder="a", name="b")
