"""Buckets that customers name: spoken to with their key, at addresses that they may have.

The SDK signs, reads and repeats; what it would send goes over a `Pinned` way instead, and neither
the credentials nor the endpoints of this process have a part in it.
"""

from __future__ import annotations

import base64
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.adapters.outside.pinned import AddressRefused, NoAnswer, Pinned, Said, Untrusted
from chalicelib.adapters.sessions import open_session
from chalicelib.adapters.vaults import bucket_refusals as refusals
from chalicelib.adapters.vaults import proving
from chalicelib.adapters.vaults.s3 import S3Vault
from chalicelib.domain import urls
from chalicelib.domain.errors import ArchiveDamaged, ProductError
from chalicelib.ports.vaults import BucketAccess

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

ASK_SECONDS = 10.0
"""Of one request."""
JOIN_SECONDS = 50.0
"""Of the one that has an object put together, about which some say nothing until it is."""
PROOF_SECONDS = 22.0
"""Of a whole proof: somebody waits for it, and who drips may not keep them."""
MOST_BYTES = 256 * 1024
"""How long an answer may be."""
_OK = 300
_REDIRECTED = frozenset({301, 307, 308, 400})
_HOST = re.compile(r"[A-Za-z0-9.-]+")
_UNSENT = frozenset({"user-agent", "expect", "x-amzn-trace-id"})
"""Headers of the SDK that are signed by nobody, and tell of this process."""

_CONFIG: dict[str, Any] = {
    "signature_version": "s3v4",
    "retries": {"total_max_attempts": 2, "mode": "standard"},
    "s3_disable_express_session_auth": True,
    "ignore_configured_endpoint_urls": True,
    "use_fips_endpoint": False,
    "use_dualstack_endpoint": False,
    "request_checksum_calculation": "when_required",
    "response_checksum_validation": "when_required",
}
"""Nothing of the environment, and of what S3 can the part that all who speak it have."""


def open_bucket(access: BucketAccess, outside: Pinned) -> CustomersBucket:
    """Open a customer's bucket; nothing is asked yet."""
    # The certificate of AWS is of no name below a bucket's that has a dot in it.
    by_path = access.endpoint is not None or "." in access.bucket
    style = "path" if by_path else "virtual"
    s3: Any = {"addressing_style": style, "us_east_1_regional_endpoint": "regional"}
    config = Config(**_CONFIG, s3=s3)
    client = open_session().create_client(
        "s3",
        region_name=access.region,
        endpoint_url=access.endpoint,
        aws_access_key_id=access.key_id,
        aws_secret_access_key=access.secret,
        config=config,
    )
    return CustomersBucket(client, access, outside)


class CustomersBucket(S3Vault):
    """Objects of a bucket that a customer named, under a folder of theirs."""

    def __init__(self, client: S3Client, access: BucketAccess, outside: Pinned) -> None:
        super().__init__(client, client, access.bucket, access.prefix)
        self.access = access
        self.pinned = outside
        self.until = float("inf")
        events: Any = client.meta.events
        events.register("before-send.s3", self._send)

    def ways(self) -> tuple[str, ...]:
        """Where servers find the endpoint: AWS's own names lead nowhere else."""
        if self.access.endpoint is None:
            return ()
        target = urls.read(self.access.endpoint, ("https",))
        if not _HOST.fullmatch(target.host):
            raise refusals.unlike_s3(self.access)
        with self._on_the_way(target.host):
            found = self.pinned.checked(target.host)
        if found == (target.host,):
            return ()
        return (f"{target.host}:{target.port}:{','.join(found)}",)

    def finish(self, key: str, upload: str, parts: Any) -> int:
        """Put the object together; a bucket that hides sums is told as one."""
        sent = tuple(parts)
        try:
            return super().finish(key, upload, sent)
        except ArchiveDamaged:
            if hidden := self._hidden_by(key):
                raise refusals.sums_hidden(self.bucket, hidden) from None
            raise

    def _hidden_by(self, key: str) -> str:
        """With what an object is encrypted so that its ETag is no MD5; empty: with nothing."""
        with suppress(ProductError), self._asking(refusals.READ):
            found = self.client.head_object(Bucket=self.bucket, Key=self._key(key))
            told = str(found.get("ServerSideEncryption", ""))
            by_customer = found.get("SSECustomerAlgorithm")
            return "SSE-C" if by_customer else "SSE-KMS" if told.startswith("aws:kms") else ""
        return ""

    def prove(self) -> None:
        """Do there what a backup and its restore do, with a few bytes, and leave nothing."""
        self.until = time.monotonic() + PROOF_SECONDS
        try:
            proving.prove(self)
        finally:
            self.until = float("inf")

    def named(self, key: str) -> str:
        """What an object is called in the bucket."""
        return self._key(key)

    def begun_before(self, named: str, moment: datetime, *, most: int) -> list[tuple[str, str]]:
        """The keys and names of uploads that were begun before, by how their keys begin."""
        with self._asking(refusals.READ):
            found = self.client.list_multipart_uploads(
                Bucket=self.bucket, Prefix=self._key(named), MaxUploads=most
            )
            return [
                (one["Key"][self._above :], one["UploadId"])
                for one in found.get("Uploads", ())
                if one["Initiated"] < moment and one["Key"].startswith(self._key(named))
            ]

    def put_before(self, named: str, moment: datetime, *, most: int) -> list[str]:
        """The keys of objects that were put there before, likewise."""
        with self._asking(refusals.READ):
            found = self.client.list_objects_v2(
                Bucket=self.bucket, Prefix=self._key(named), MaxKeys=most
            )
            return [
                one["Key"][self._above :]
                for one in found.get("Contents", ())
                if one["LastModified"] < moment and one["Key"].startswith(self._key(named))
            ]

    @property
    def _above(self) -> int:
        """How much of a key in the bucket is the folder's."""
        return len(self._key(""))

    def by_link(self, method: str, link: str, what: str, body: bytes | None = None) -> bytes:
        """Do by a signed link what a server does; returns what came back."""
        sum_of = {"Content-MD5": base64.b64encode(proving.md5(body)).decode()} if body else {}
        said = self._said(method, link, sum_of, body)
        if said.status >= _OK:
            raise refusals.refusal(self.access, what, _code(said.body), said.status)
        return said.body

    # The way there ---------------------------------------------------------------------------

    @contextmanager
    def _asking(self, what: str) -> Iterator[None]:
        try:
            yield
        except ClientError as error:
            told, status = error.response["Error"], error.response["ResponseMetadata"]
            code, number = str(told.get("Code", "")), int(status.get("HTTPStatusCode", 0))
            raise refusals.refusal(self.access, what, code, number) from None
        except (BotoCoreError, ValueError, LookupError):
            raise refusals.unlike_s3(self.access) from None

    @contextmanager
    def _on_the_way(self, host: str) -> Iterator[None]:
        try:
            yield
        except AddressRefused:
            raise refusals.address_refused(host) from None
        except Untrusted as error:
            raise refusals.untrusted(host, str(error)) from None
        except NoAnswer as error:
            raise refusals.unanswered(host, str(error)) from None

    def _send(self, request: AWSPreparedRequest, event_name: str, **_: Any) -> AWSResponse:
        """Send what the SDK has signed, in its place."""
        joins = event_name.endswith("CompleteMultipartUpload")
        headers = {
            name: value.decode() if isinstance(value, bytes) else str(value)
            for name, value in request.headers.items()
            if name.lower() not in _UNSENT
        }
        body: Any = request.body
        content = body.encode() if isinstance(body, str) else body
        seconds = JOIN_SECONDS if joins else ASK_SECONDS
        said = self._said(request.method, request.url, headers, content, seconds)
        self._refuse_other_region(said)
        if said.status < _OK and said.body.strip()[:1] not in (b"", b"<"):
            raise refusals.unlike_s3(self.access)
        heads: Any = dict(said.headers.items())
        return AWSResponse(request.url, said.status, heads, _Read(said.body))

    def _said(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes | None,
        seconds: float = ASK_SECONDS,
    ) -> Said:
        target = urls.read(url, ("https",))
        seconds = min(seconds, self.until - time.monotonic())
        if seconds <= 0:
            raise refusals.unanswered(target.host, "it took too long")
        with self._on_the_way(target.host):
            said = self.pinned.ask(
                method, target, headers, body, seconds=seconds, quiet=seconds, most=MOST_BYTES + 1
            )
        if len(said.body) > MOST_BYTES:
            raise refusals.unlike_s3(self.access)
        return said

    def _refuse_other_region(self, said: Said) -> None:
        """Raise for a bucket of another region: links are signed for one, and none is guessed."""
        if said.status not in _REDIRECTED:
            return
        told = said.headers.get("x-amz-bucket-region") or _within("Region", said.body)
        if told and told != self.access.region:
            raise refusals.other_region(self.access, told)


class _Read:
    """A body that was read, as the SDK reads one."""

    def __init__(self, body: bytes) -> None:
        self.body = body

    def stream(self, *_: Any, **__: Any) -> Iterator[bytes]:
        yield self.body


def _code(body: bytes) -> str:
    return _within("Code", body)


def _within(name: str, body: bytes) -> str:
    """What stands in an element of an error, where it is a plain word."""
    found = re.search(rb"<%b>([A-Za-z0-9.-]{1,64})</%b>" % (name.encode(), name.encode()), body)
    return found[1].decode() if found else ""
