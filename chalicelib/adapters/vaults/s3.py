"""Archives over S3: `chalicelib.ports.vaults.Vault` made real."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.adapters.vaults.bucket_refusals import ABANDON, DELETE, READ, WRITE
from chalicelib.domain.archives import Part, etag_of
from chalicelib.domain.errors import ArchiveDamaged, Unavailable

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_NOT_THERE = frozenset({"404", "NoSuchKey", "NoSuchUpload", "NotFound"})
_WRONG_PARTS = frozenset({"InvalidPart", "InvalidPartOrder", "EntityTooSmall"})


class S3Vault:
    """Objects of one bucket. `outside` signs links for servers, which may reach it elsewhere."""

    def __init__(self, client: S3Client, outside: S3Client, bucket: str, prefix: str = "") -> None:
        self.client = client
        self.outside = outside
        self.bucket = bucket
        self.prefix = prefix

    def _key(self, key: str) -> str:
        return f"{self.prefix}/{key}" if self.prefix else key

    @contextmanager
    def _asking(self, what: str) -> Iterator[None]:  # noqa: ARG002 - of the house's, all is allowed
        """Say that the bucket does not answer where it, or the way to it, fails."""
        try:
            yield
        except (ClientError, BotoCoreError) as error:
            detail = "The bucket of archives does not answer; try again."
            raise Unavailable(detail) from error

    def begin(self, key: str) -> str:
        """Begin an object that comes in parts, and return what its upload is called."""
        with self._asking(WRITE):
            return self.client.create_multipart_upload(Bucket=self.bucket, Key=self._key(key))[
                "UploadId"
            ]

    def part_links(self, key: str, upload: str, *, parts: int, seconds: int) -> tuple[str, ...]:
        """Sign a link for each part."""
        of = {"Bucket": self.bucket, "Key": self._key(key), "UploadId": upload}
        with self._asking(WRITE):
            return tuple(
                self.outside.generate_presigned_url(
                    "upload_part", Params={**of, "PartNumber": number}, ExpiresIn=seconds
                )
                for number in range(1, parts + 1)
            )

    def finish(self, key: str, upload: str, parts: Iterable[Part]) -> int:
        """Put the object together and return its size; it is whole when the bucket says so."""
        sent = tuple(sorted(parts, key=lambda one: one.number))
        put = [{"PartNumber": one.number, "ETag": f'"{one.md5}"'} for one in sent]
        with self._asking(WRITE):
            try:
                self.client.complete_multipart_upload(
                    Bucket=self.bucket,
                    Key=self._key(key),
                    UploadId=upload,
                    MultipartUpload={"Parts": put},  # type: ignore[typeddict-item]
                )
            except ClientError as error:
                code = error.response["Error"]["Code"]
                if code in _WRONG_PARTS:
                    raise ArchiveDamaged("A part that was sent is not in the bucket.") from error
                if code not in _NOT_THERE:
                    raise
        return self._whole(key, sent)

    def _whole(self, key: str, sent: tuple[Part, ...]) -> int:
        """The size of an object that is what was sent. Raises `ArchiveDamaged`."""
        with self._asking(READ):
            try:
                found = self.client.head_object(Bucket=self.bucket, Key=self._key(key))
            except ClientError as error:
                if error.response["Error"]["Code"] in _NOT_THERE:
                    raise ArchiveDamaged("The bucket does not have what was sent.") from error
                raise
        size, wanted = found["ContentLength"], sum(one.bytes for one in sent)
        if size != wanted or found["ETag"].strip('"') != etag_of(sent):
            detail = f"The bucket has {size} bytes of another sum where {wanted} were sent."
            raise ArchiveDamaged(detail)
        return size

    def abandon(self, key: str, upload: str) -> None:
        """Have the bucket forget an upload that was begun; one that is gone is fine."""
        with self._asking(ABANDON):
            try:
                self.client.abort_multipart_upload(
                    Bucket=self.bucket, Key=self._key(key), UploadId=upload
                )
            except ClientError as error:
                if error.response["Error"]["Code"] not in _NOT_THERE:
                    raise

    def size(self, key: str) -> int | None:
        """How many bytes an object has; None when it is not there."""
        with self._asking(READ):
            try:
                return self.client.head_object(Bucket=self.bucket, Key=self._key(key))[
                    "ContentLength"
                ]
            except ClientError as error:
                if error.response["Error"]["Code"] in _NOT_THERE:
                    return None
                raise

    def link(self, key: str, *, seconds: int) -> str:
        """Sign a link by which a server may fetch an object."""
        return self._link(self.outside, {"Key": self._key(key)}, seconds)

    def public_link(self, key: str, *, seconds: int, name: str) -> str:
        """Sign a link by which a person may save an object under a name."""
        saved = f'attachment; filename="{name}"'
        return self._link(
            self.client, {"Key": self._key(key), "ResponseContentDisposition": saved}, seconds
        )

    def _link(self, client: S3Client, what: dict[str, str], seconds: int) -> str:
        with self._asking(READ):
            return client.generate_presigned_url(
                "get_object", Params={"Bucket": self.bucket, **what}, ExpiresIn=seconds
            )

    def remove(self, key: str) -> None:
        """Remove an object; one that is gone is fine."""
        with self._asking(DELETE):
            self.client.delete_object(Bucket=self.bucket, Key=self._key(key))

    def ways(self) -> tuple[str, ...]:
        """None: a bucket of the house is where its name leads."""
        return ()
