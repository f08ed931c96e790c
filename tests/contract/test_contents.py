"""The content store's contract, over the fake and over S3."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import boto3
import pytest
from botocore.config import Config
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.adapters.contents.s3 import KEPT, S3Contents
from chalicelib.domain.errors import Unavailable
from chalicelib.ports.contents import Contents
from tests.contract.emulated import local_aws
from tests.fakes.contents import FakeContents

BUCKET = "test-contents"


@dataclass
class Store:
    """A store, and how to spoil what lies in it."""

    contents: Contents
    spoil: Callable[[str, bytes], Any]


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with local_aws(tmp_path_factory.mktemp("contents")):
        s3 = boto3.client("s3")
        s3.create_bucket(Bucket=BUCKET)
        yield s3


@pytest.fixture(scope="module", params=["fake", "s3"])
def store(request: pytest.FixtureRequest) -> Store:
    if request.param == "fake":
        fake = FakeContents()
        return Store(fake, fake.objects.__setitem__)
    s3 = request.getfixturevalue("client")

    def spoil(address: str, content: bytes) -> None:
        s3.put_object(Bucket=BUCKET, Key=f"contents/{address}", Body=content)

    return Store(S3Contents(s3, BUCKET, "contents"), spoil)


@given(content=st.binary(max_size=200) | st.just(b"x" * 500_000))
def test_what_is_put_is_read_back_under_its_hash(store: Store, content: bytes) -> None:
    address = store.contents.put(content)

    assert address == sha256(content).hexdigest()
    assert store.contents.get(address) == content
    assert store.contents.put(content) == address


def lost(store: Store, address: str) -> bool:
    with pytest.raises(Unavailable) as refused:
        store.contents.get(address)
    return refused.value.error_code == "content_lost"


@pytest.mark.parametrize("address", [sha256(b"never put").hexdigest(), "", "../x", "A" * 64])
def test_what_was_never_put_is_lost(store: Store, address: str) -> None:
    assert lost(store, address)


def test_what_is_not_what_its_address_says_is_lost(store: Store) -> None:
    address = sha256(b"as it was").hexdigest()
    store.spoil(address, b"as it became")

    assert lost(store, address)


def test_store_that_is_away_can_be_asked_again(client: Any) -> None:
    quick = Config(retries={"total_max_attempts": 1}, connect_timeout=1)
    gone = boto3.client("s3", endpoint_url="http://127.0.0.1:1", config=quick)
    for away in (S3Contents(gone, BUCKET, "contents"), FakeContents(away=True)):
        with pytest.raises(Unavailable) as put:
            away.put(b"x")
        with pytest.raises(Unavailable) as got:
            away.get(sha256(b"x").hexdigest())
        assert {put.value.error_code, got.value.error_code} == {"unavailable"}


def test_bucket_that_is_not_there_is_no_lost_content(client: Any) -> None:
    with pytest.raises(Unavailable) as refused:
        S3Contents(client, "no-such-bucket", "contents").get(sha256(b"x").hexdigest())

    assert refused.value.error_code == "unavailable"


def test_process_keeps_a_few_contents(client: Any) -> None:
    contents = S3Contents(client, BUCKET, "few")
    addresses = [contents.put(bytes([number])) for number in range(KEPT + 3)]

    assert [contents.get(address) for address in addresses] == [
        bytes([number]) for number in range(KEPT + 3)
    ]
    assert len(contents.kept) == KEPT


def test_folders_are_apart(client: Any) -> None:
    address = S3Contents(client, BUCKET, "one").put(b"in one folder")

    assert lost(Store(S3Contents(client, BUCKET, "other"), lambda _a, _c: None), address)
