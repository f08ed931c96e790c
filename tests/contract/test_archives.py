"""Archives of pieces, over the fake and over S3."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Any
from urllib.request import urlopen

import boto3
import pytest
from botocore.config import Config

from chalicelib.adapters.contents.archives import S3Archives
from chalicelib.domain.errors import Unavailable
from chalicelib.ports.archives import PART_BYTES, Archives
from tests.contract.emulated import local_aws
from tests.fakes.archives import FakeArchives

BUCKET = "test-contents"
NOW = "2026-02-15T10:00:00.000Z"
NUMBERS = count(1)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with local_aws(tmp_path_factory.mktemp("archives")):
        s3 = boto3.client("s3", config=Config(signature_version="s3v4"))
        s3.create_bucket(Bucket=BUCKET)
        yield s3


@pytest.fixture(scope="module", params=["fake", "s3"])
def archives(request: pytest.FixtureRequest) -> Archives:
    if request.param == "fake":
        return FakeArchives()
    return S3Archives(request.getfixturevalue("client"), BUCKET, lambda: NOW)


@pytest.fixture
def name() -> str:
    return f"exp_{next(NUMBERS)}"


def lost(call: Any, *given: Any) -> bool:
    with pytest.raises(Unavailable) as refused:
        call(*given)
    return refused.value.error_code == "piece_lost"


def test_piece_is_read_back_and_may_be_written_again(archives: Archives, name: str) -> None:
    archives.put(name, "0", b"first")
    archives.put(name, "0", b"second")

    assert archives.get(name, "0") == b"second"
    assert lost(archives.get, name, "1")


def test_parts_are_joined_in_their_order_and_once(archives: Archives, name: str) -> None:
    joining = archives.begin(name)
    first, second = b"a" * PART_BYTES, b"end"

    marks = [archives.add(name, joining, 1, b"b" * PART_BYTES)]
    marks = [archives.add(name, joining, 1, first), archives.add(name, joining, 2, second)]

    assert archives.finish(name, joining, marks) == PART_BYTES + 3
    assert archives.finish(name, joining, marks) == PART_BYTES + 3


def test_joining_that_nobody_knows_is_lost(archives: Archives, name: str) -> None:
    assert lost(archives.finish, name, "unknown", ['"1"'])


def test_link_leads_to_the_archive_under_its_name(client: Any, name: str) -> None:
    archives = S3Archives(client, BUCKET, lambda: NOW)
    joining = archives.begin(name)
    archives.finish(name, joining, [archives.add(name, joining, 1, b"packed")])

    link = archives.offer(name, name="export.tar.gz")

    with urlopen(link.url, timeout=10) as answer:  # noqa: S310  # of the local AWS
        assert answer.read() == b"packed"
        assert answer.headers["Content-Disposition"] == 'attachment; filename="export.tar.gz"'
    assert link.expires_at == "2026-02-15T10:10:00.000Z"


def test_store_that_is_away_is_told(client: Any) -> None:
    quick = Config(retries={"total_max_attempts": 1}, connect_timeout=1)
    away = boto3.client("s3", endpoint_url="http://127.0.0.1:1", config=quick)

    with pytest.raises(Unavailable):
        S3Archives(away, BUCKET, lambda: NOW).put("a", "0", b"x")
