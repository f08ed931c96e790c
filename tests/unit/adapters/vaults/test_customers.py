"""What is sent to a customer's bucket: signed with their key, and nothing of this process in it."""

from __future__ import annotations

import http.client
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from chalicelib.adapters.outside.pinned import Pinned, Said
from chalicelib.adapters.vaults.customers import (
    ASK_SECONDS,
    JOIN_SECONDS,
    MOST_BYTES,
    CustomersBucket,
    open_bucket,
)
from chalicelib.domain.archives import Part, etag_of
from chalicelib.domain.errors import BucketRefused
from chalicelib.domain.urls import Target
from chalicelib.ports.vaults import BucketAccess

THEIRS = BucketAccess("https://s3.example", "eu-7", "backups", "of/hoster", "THEIR-KEY", "secret")
BEGUN = b"""<?xml version="1.0"?><InitiateMultipartUploadResult>
<UploadId>u1</UploadId></InitiateMultipartUploadResult>"""
PART = Part(1, 4, "0" * 32)
ETAG = f'"{etag_of((PART,))}"'


@dataclass
class Told(Pinned):
    """A way that notes what is sent, and answers what a test says."""

    answers: list[tuple[int, bytes, dict[str, str]]]
    asked: list[tuple[str, Target, dict[str, str], bytes | None]] = field(default_factory=list)
    patience: list[float] = field(default_factory=list)

    def ask(
        self,
        method: str,
        target: Target,
        headers: Mapping[str, str],
        body: bytes | None = None,
        seconds: float = 0.0,
        **_: Any,
    ) -> Said:
        self.patience.append(seconds)
        self.asked.append((method, target, dict(headers), body))
        status, said, more = self.answers.pop(0)
        message = http.client.HTTPMessage()
        for name, value in more.items():
            message[name] = value
        return Said(status, message, said)


@pytest.fixture(autouse=True)
def lambdas(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a Lambda's process has in its environment."""
    for name, value in {
        "AWS_ACCESS_KEY_ID": "LAMBDAS-KEY",
        "AWS_SECRET_ACCESS_KEY": "lambdas-secret",
        "AWS_SESSION_TOKEN": "lambdas-token",
        "AWS_REGION": "us-west-2",
        "AWS_DEFAULT_REGION": "us-west-2",
        "AWS_ENDPOINT_URL": "http://127.0.0.1:4566",
        "AWS_ENDPOINT_URL_S3": "http://127.0.0.1:4567",
        "AWS_USE_FIPS_ENDPOINT": "true",
        "AWS_USE_DUALSTACK_ENDPOINT": "true",
        "AWS_CA_BUNDLE": "/nowhere",
        "AWS_LAMBDA_FUNCTION_NAME": "check",
        "_X_AMZN_TRACE_ID": "Root=1-of-the-lambda",
    }.items():
        monkeypatch.setenv(name, value)


def opened(
    *answers: tuple[int, bytes, dict[str, str]], access: BucketAccess = THEIRS
) -> tuple[CustomersBucket, Told]:
    way = Told(list(answers))
    return open_bucket(access, way), way


def test_request_is_of_the_customers_key_and_endpoint_alone() -> None:
    bucket, way = opened((200, BEGUN, {}))

    assert bucket.begin("app/data") == "u1"

    [(method, target, headers, _)] = way.asked
    assert (method, target.scheme, target.host, target.port) == ("POST", "https", "s3.example", 443)
    assert target.path == "/backups/of/hoster/app/data?uploads"
    assert "Credential=THEIR-KEY/" in headers["Authorization"]
    assert "/eu-7/s3/" in headers["Authorization"]
    told = " ".join((target.path, *headers, *headers.values()))
    assert "lambda" not in told.lower()
    assert "x-amz-security-token" not in {name.lower() for name in headers}
    assert "botocore" not in told.lower()


def test_links_are_of_the_customers_key_and_endpoint_alone() -> None:
    bucket, way = opened()

    links = (
        *bucket.part_links("app/data", "u1", parts=2, seconds=60),
        bucket.link("app/data", seconds=60),
        bucket.public_link("app/data", seconds=60, name="data.archive"),
    )

    assert way.asked == []
    for link in links:
        assert link.startswith("https://s3.example/backups/of/hoster/app/data?")
        assert "X-Amz-Credential=THEIR-KEY" in link
        assert "lambda" not in link.lower()
        assert "Security-Token" not in link
        assert "secret" not in link


@pytest.mark.parametrize(
    ("region", "bucket", "host", "path"),
    [
        ("eu-west-1", "backups", "backups.s3.eu-west-1.amazonaws.com", "/app/data"),
        ("us-east-1", "backups", "backups.s3.us-east-1.amazonaws.com", "/app/data"),
        ("eu-west-1", "my.backups", "s3.eu-west-1.amazonaws.com", "/my.backups/app/data"),
    ],
)
def test_bucket_of_aws_is_asked_at_the_regions_own_address(
    region: str, bucket: str, host: str, path: str
) -> None:
    """A link to another one is led on, which whoever signed it did not sign for."""
    opening, way = opened(
        (200, BEGUN, {}), access=BucketAccess(None, region, bucket, "", "THEIR-KEY", "secret")
    )

    opening.begin("app/data")

    [(_, target, headers, _)] = way.asked
    assert (target.host, target.port, target.path) == (host, 443, f"{path}?uploads")
    assert f"/{region}/s3/" in headers["Authorization"]
    for link in (
        opening.link("app/data", seconds=60),
        *opening.part_links("app/data", "u1", parts=1, seconds=60),
    ):
        assert link.startswith(f"https://{host}{path}?")
    assert opening.ways() == ()


def test_other_region_is_told_and_not_followed() -> None:
    bucket, way = opened((301, b"", {"x-amz-bucket-region": "eu-west-9"}))

    with pytest.raises(BucketRefused, match="it lies in eu-west-9") as raised:
        bucket.size("app/data")

    assert raised.value.error_code == "bucket_wrong_region"
    assert len(way.asked) == 1


@pytest.mark.parametrize(
    "body", [b"<html>Welcome</html>", b"no XML at all", b"", b"x" * (MOST_BYTES + 1)]
)
def test_what_is_no_s3_is_told(body: bytes) -> None:
    bucket, _ = opened(*[(200, body, {"Content-Type": "text/html"})] * 2)

    with pytest.raises(BucketRefused, match="does not answer as S3 does"):
        bucket.begin("app/data")


@pytest.mark.parametrize(
    ("header", "value", "by"),
    [
        ("x-amz-server-side-encryption", "aws:kms", "SSE-KMS"),
        ("x-amz-server-side-encryption", "aws:kms:dsse", "SSE-KMS"),
        ("x-amz-server-side-encryption-customer-algorithm", "AES256", "SSE-C"),
    ],
)
def test_bucket_that_hides_sums_is_told(header: str, value: str, by: str) -> None:
    done = b"<CompleteMultipartUploadResult></CompleteMultipartUploadResult>"
    shown = (200, b"", {"ETag": '"of-something-else"', "Content-Length": "4", header: value})
    bucket, _ = opened((200, done, {}), shown, shown)

    with pytest.raises(BucketRefused, match=by) as raised:
        bucket.finish("app/data", "u1", [PART])

    assert raised.value.error_code == "bucket_sums_hidden"
    assert "SSE-S3" in raised.value.detail


def test_bucket_with_sums_of_its_own_cannot_be_proven() -> None:
    done = b"<CompleteMultipartUploadResult></CompleteMultipartUploadResult>"
    shown = (200, b"", {"ETag": '"of-something-else"', "Content-Length": "4"})
    gone: tuple[int, bytes, dict[str, str]] = (204, b"", {})
    bucket, way = opened(
        (200, BEGUN, {}), (200, b"", {}), (200, done, {}), shown, shown, gone, gone
    )

    with pytest.raises(BucketRefused, match="no backup can be proven there") as raised:
        bucket.prove()

    assert raised.value.error_code == "bucket_sums_hidden"
    assert [method for method, *_ in way.asked][-2:] == ["DELETE", "DELETE"]
    assert way.answers == []


def test_object_may_take_longer_to_put_together_than_to_begin() -> None:
    done = b"<CompleteMultipartUploadResult></CompleteMultipartUploadResult>"
    shown = (200, b"", {"ETag": ETAG, "Content-Length": "4"})
    bucket, way = opened((200, BEGUN, {}), (200, done, {}), shown)

    assert bucket.finish("app/data", bucket.begin("app/data"), [PART]) == PART.bytes

    assert way.patience == [ASK_SECONDS, JOIN_SECONDS, ASK_SECONDS]


def test_words_of_a_bucket_are_not_told_on() -> None:
    said = b"<Error><Code>Odd&lt;b&gt;</Code><Message>THE-MESSAGE</Message></Error>"
    bucket, _ = opened((400, said, {}))

    with pytest.raises(BucketRefused) as raised:
        bucket.begin("app/data")

    assert "THE-MESSAGE" not in raised.value.detail
    assert "it says 400" in raised.value.detail
    assert raised.value.__cause__ is None


def test_secret_is_not_shown() -> None:
    assert "secret" not in repr(THEIRS).replace("secret=", "")
