"""Buckets that customers name: the vault and its proof against a second S3, and all it refuses."""

from __future__ import annotations

import base64
import hashlib
import itertools
import re
import secrets
from collections.abc import Iterator
from datetime import timedelta

import httpx
import pytest

from chalicelib.adapters.vaults import proving
from chalicelib.adapters.vaults.customers import CustomersBucket
from chalicelib.domain.archives import Part
from chalicelib.domain.errors import ArchiveDamaged, BucketRefused, ProductError, Unavailable
from infra.local import nodes
from infra.local.bucket import names
from tests.contract.theirs import NAME, SECRETS, Theirs, theirs

pytestmark = [pytest.mark.local, pytest.mark.timeout(120)]

LARGE = 5 * 1024 * 1024
"""The least that a part may have which is not the last."""
PROVED = f"/{names.BUCKET}/of/hoster/{proving.NAMED}*"


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Theirs]:
    with theirs(nodes.ensure_network(), tmp_path_factory.mktemp("theirs")) as running:
        yield running


@pytest.fixture(autouse=True)
def _trusted(there: Theirs, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The machine believes its certificate, and what a test leaves there goes."""
    monkeypatch.setenv("SSL_CERT_DIR", there.files.believed)
    yield
    there.heal()
    monkeypatch.setenv("SSL_CERT_DIR", there.files.believed)
    cleared(there)


@pytest.fixture
def bucket(there: Theirs, _trusted: None) -> CustomersBucket:
    return there.open()


@pytest.fixture
def key() -> str:
    return f"app/{secrets.token_hex(4)}"


def lying(there: Theirs) -> tuple[list[str], list[str]]:
    """What is in the bucket by now: objects, and uploads that were begun."""
    bucket = there.open()
    objects = bucket.client.list_objects_v2(Bucket=names.BUCKET).get("Contents", [])
    uploads = bucket.client.list_multipart_uploads(Bucket=names.BUCKET).get("Uploads", [])
    return [one["Key"] for one in objects], [one["Key"] for one in uploads]


def cleared(there: Theirs) -> None:
    """Remove everything that is in the bucket."""
    bucket = there.open(prefix="")
    for one in bucket.client.list_multipart_uploads(Bucket=names.BUCKET).get("Uploads", []):
        bucket.abandon(one["Key"], one["UploadId"])
    for key in lying(there)[0]:
        bucket.remove(key)


def put(there: Theirs, link: str, data: bytes) -> Part:
    """Put a part as a server does: by a link, at the address that was looked at."""
    sum_of = base64.b64encode(hashlib.md5(data, usedforsecurity=False).digest()).decode()
    answer = by_link(there, "PUT", link, data, {"Content-MD5": sum_of})
    assert answer.status_code == 200, answer.text
    number = re.search(r"partNumber=(\d+)", link)
    assert number
    return Part(int(number[1]), len(data), hashlib.md5(data, usedforsecurity=False).hexdigest())


def by_link(
    there: Theirs,
    method: str,
    link: str,
    data: bytes | None = None,
    headers: dict[str, str] | None = None,
) -> httpx.Response:
    at = link.replace(NAME, there.address, 1)
    named = {"Host": f"{NAME}:{there.port}", **(headers or {})}
    return httpx.request(method, at, content=data, headers=named, verify=False, trust_env=False)  # noqa: S501


def test_object_comes_in_parts_by_links_is_proven_fetched_and_removed(
    there: Theirs, bucket: CustomersBucket, key: str
) -> None:
    large, small = secrets.token_bytes(LARGE), b"the rest"
    upload = bucket.begin(key)
    first, second = bucket.part_links(key, upload, parts=2, seconds=300)
    parts = [put(there, second, small), put(there, first, large)]

    size = bucket.finish(key, upload, parts)
    again = bucket.finish(key, upload, parts)

    assert size == again == bucket.size(key) == LARGE + len(small)
    assert lying(there) == ([f"of/hoster/{key}"], [])
    assert by_link(there, "GET", bucket.link(key, seconds=60)).content == large + small
    saved = by_link(there, "GET", bucket.public_link(key, seconds=60, name="data.archive"))
    assert saved.headers["content-disposition"] == 'attachment; filename="data.archive"'
    bucket.remove(key)
    bucket.remove(key)
    assert bucket.size(key) is None
    assert lying(there) == ([], [])


def test_upload_is_forgotten(there: Theirs, bucket: CustomersBucket, key: str) -> None:
    upload = bucket.begin(key)
    assert lying(there) == ([], [f"of/hoster/{key}"])

    bucket.abandon(key, upload)
    bucket.abandon(key, upload)

    assert lying(there) == ([], [])


def test_what_is_not_what_was_sent_is_no_success(
    there: Theirs, bucket: CustomersBucket, key: str
) -> None:
    upload = bucket.begin(key)
    [link] = bucket.part_links(key, upload, parts=1, seconds=300)
    sent = put(there, link, b"as it was sent")

    with pytest.raises(ArchiveDamaged):
        bucket.finish(key, upload, [Part(1, sent.bytes, "0" * 32)])
    with pytest.raises(ArchiveDamaged):
        bucket.finish(key, upload, [sent, Part(2, 5, "1" * 32)])
    bucket.abandon(key, upload)
    with pytest.raises(ArchiveDamaged):
        bucket.finish(key, upload, [sent])
    assert lying(there) == ([], [])


def test_part_that_was_changed_on_its_way_is_refused(
    there: Theirs, bucket: CustomersBucket, key: str
) -> None:
    upload = bucket.begin(key)
    [link] = bucket.part_links(key, upload, parts=1, seconds=300)
    other = base64.b64encode(hashlib.md5(b"other", usedforsecurity=False).digest()).decode()

    answer = by_link(there, "PUT", link, b"data", {"Content-MD5": other})

    assert (answer.status_code, "BadDigest" in answer.text) == (400, True)
    bucket.abandon(key, upload)


def test_proof_leaves_nothing(there: Theirs, bucket: CustomersBucket) -> None:
    bucket.prove()
    there.open(prefix="").prove()

    assert lying(there) == ([], [])


def test_proof_removes_what_one_that_was_killed_left_and_nothing_else(
    there: Theirs, bucket: CustomersBucket, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in (f"{proving.NAMED}old", key):
        upload = bucket.begin(name)
        [link] = bucket.part_links(name, upload, parts=1, seconds=60)
        bucket.finish(name, upload, [put(there, link, b"data")])
        bucket.begin(name)

    bucket.prove()
    young = lying(there)
    monkeypatch.setattr(proving, "STALE", timedelta(seconds=-60))
    bucket.prove()

    left = [f"of/hoster/{key}"]
    assert young == ([*left, f"of/hoster/{proving.NAMED}old"],) * 2
    assert lying(there) == (left, left)


def refused(bucket: CustomersBucket) -> ProductError:
    """With what a proof ends that does not come to its end; nothing tells the secret."""
    with pytest.raises(ProductError) as raised:
        bucket.prove()
    told = repr(raised.value) + raised.value.detail + repr(raised.value.__cause__)
    assert not any(secret in told for secret in (*SECRETS.values(), "not-the-secret"))
    assert "X-Amz" not in told
    return raised.value


@pytest.mark.parametrize(
    ("changed", "code", "words"),
    [
        ({"secret": "not-the-secret"}, "bucket_key_refused", "secret access key is not its"),
        ({"bucket": "nothing-here"}, "bucket_not_found", "has no bucket nothing-here"),
        ({"region": "eu-west-1"}, "bucket_wrong_region", f"it lies in {names.REGION}"),
        ({"user": names.READER}, "bucket_access_denied", "write (s3:PutObject)"),
        ({"endpoint": "https://127.0.0.1:9"}, "bucket_address_refused", "the platform's own"),
        ({"endpoint": "https://169.254.169.254"}, "bucket_address_refused", "link-local"),
    ],
)
def test_what_is_refused_is_told_and_nothing_left(
    there: Theirs, changed: dict[str, str], code: str, words: str
) -> None:
    error = refused(there.open(**changed))

    assert isinstance(error, BucketRefused)
    assert (error.error_code, words in error.detail) == (code, True), error.detail
    assert lying(there) == ([], [])


@pytest.mark.parametrize(
    ("call", "skip", "words"),
    [
        (f"POST {PROVED}", 0, "write (s3:PutObject)"),
        (f"PUT {PROVED}", 0, "write (s3:PutObject)"),
        (f"POST {PROVED}", 1, "write (s3:PutObject)"),
        (f"HEAD {PROVED}", 0, "read (s3:GetObject)"),
        (f"GET {PROVED}", 0, "read (s3:GetObject)"),
        (f"DELETE {PROVED}", 0, "delete (s3:DeleteObject)"),
        (f"DELETE {PROVED}", 1, "end unfinished uploads (s3:AbortMultipartUpload)"),
    ],
)
def test_each_thing_that_a_backup_does_is_tried(
    there: Theirs, call: str, skip: int, words: str
) -> None:
    there.fault(call, "status", "403 AccessDenied", skip=skip)

    error = refused(there.open())

    assert (error.error_code, words in error.detail) == ("bucket_access_denied", True), error.detail
    there.heal()
    assert lying(there) == ([], [])


def test_proof_that_may_not_delete_says_what_it_left(there: Theirs) -> None:
    there.fault(f"DELETE {PROVED}", "status", "403 AccessDenied", times=9)

    error = refused(there.open())

    [left], _ = lying(there)
    assert left in error.detail
    assert "delete (s3:DeleteObject)" in error.detail


@pytest.mark.parametrize(
    ("value", "code", "words"),
    [
        ("403 InvalidAccessKeyId", "bucket_key_refused", "does not know the access key"),
        ("403 RequestTimeTooSkewed", "bucket_refused", "another time"),
        ("301 PermanentRedirect", "bucket_wrong_region", "does not say in which"),
        ("501 NotImplemented", "bucket_unanswered", "NotImplemented"),
        ("418 Teapot", "bucket_refused", "it says Teapot"),
    ],
)
def test_other_answers_are_told_by_their_codes(
    there: Theirs, value: str, code: str, words: str
) -> None:
    there.fault(f"POST {PROVED}", "status", value, times=2)

    error = refused(there.open())

    assert (error.error_code, words in error.detail) == (code, True), error.detail


def test_bucket_that_fails_for_once_is_asked_again(there: Theirs, bucket: CustomersBucket) -> None:
    there.fault(f"POST {PROVED}", "status", "503 SlowDown")

    bucket.prove()

    assert lying(there) == ([], [])


@pytest.mark.parametrize(
    ("method", "skip", "fault"),
    [
        ("POST", 0, "drop"),
        ("POST", 0, "lost_response"),
        ("PUT", 0, "lost_response"),
        ("POST", 1, "lost_response"),
        ("GET", 0, "drop"),
    ],
)
def test_connection_that_breaks_is_no_answer(
    there: Theirs, method: str, skip: int, fault: str
) -> None:
    there.fault(f"{method} {PROVED}", fault, skip=skip)

    error = refused(there.open())

    assert isinstance(error, Unavailable)
    assert (error.error_code, NAME in error.detail) == ("bucket_unanswered", True)
    there.heal()
    objects, uploads = lying(there)
    assert objects == []
    # Whoever never heard the name of an upload cannot end it: a later proof does.
    assert len(uploads) == (1 if (method, skip, fault) == ("POST", 0, "lost_response") else 0)


def test_nothing_that_listens_is_no_answer(there: Theirs) -> None:
    error = refused(there.open(endpoint=f"https://{NAME}:1"))

    assert isinstance(error, Unavailable)
    assert "it refuses connections" in error.detail


def test_name_that_leads_nowhere_is_no_answer(there: Theirs) -> None:
    error = refused(there.open(addresses=lambda _: ()))

    assert isinstance(error, Unavailable)
    assert "no IPv4 address" in error.detail


def test_certificate_that_is_not_believed_is_told(
    there: Theirs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_DIR", "/nowhere")

    error = refused(there.open())

    assert error.error_code == "bucket_untrusted"
    assert "Nothing was sent" in error.detail


def test_networks_of_the_platform_are_not_asked(there: Theirs) -> None:
    error = refused(there.open(refused=(f"{there.address}/32",)))

    assert error.error_code == "bucket_address_refused"


def test_name_that_changes_is_looked_at_each_time(there: Theirs, key: str) -> None:
    """One that led where it may, and then inside, leads nobody there: neither us nor servers."""
    told = itertools.chain([(there.address,), (there.address,)], itertools.repeat(("127.0.0.1",)))
    bucket = there.open(addresses=lambda _: next(told))
    upload = bucket.begin(key)

    assert bucket.ways() == (f"{NAME}:{there.port}:{there.address}",)
    for asked in (bucket.ways, lambda: bucket.abandon(key, upload), bucket.prove):
        with pytest.raises(BucketRefused, match="leads to a network to which nothing is sent"):
            asked()
    there.open().abandon(key, upload)


def test_name_of_which_one_address_is_refused_is_refused(there: Theirs) -> None:
    bucket = there.open(addresses=lambda _: (there.address, "10.0.0.1"), refused=("10.0.0.0/8",))

    with pytest.raises(BucketRefused):
        bucket.ways()


def test_servers_are_told_every_address_that_was_looked_at(there: Theirs) -> None:
    bucket = there.open(addresses=lambda _: ("192.0.2.1", there.address))

    assert bucket.ways() == (f"{NAME}:{there.port}:192.0.2.1,{there.address}",)
    assert there.open(endpoint=f"https://{there.address}:{there.port}").ways() == ()
    assert there.open(endpoint=None).ways() == ()
