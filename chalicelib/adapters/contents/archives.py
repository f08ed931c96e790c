"""Archives over S3: `chalicelib.ports.archives.Archives` made real, by multipart uploads."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.adapters.contents.downloads import FOLDER as PIECES
from chalicelib.adapters.contents.downloads import LINK_SECONDS
from chalicelib.domain import clock
from chalicelib.domain.errors import Unavailable
from chalicelib.ports.downloads import Download

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

FOLDER = "exports"
"""The bucket forgets what lies under it after some days (`infra/template/shared.yaml`)."""
_MISSING = frozenset({"NoSuchKey", "NoSuchUpload", "404"})


class S3Archives:
    """Objects `exports/<archive>` of one bucket, their pieces under `downloads/<archive>/`."""

    def __init__(self, client: S3Client, bucket: str, now: Callable[[], str]) -> None:
        self.client: Any = client
        self.bucket = bucket
        self.now = now

    def put(self, archive: str, name: str, content: bytes) -> None:
        """Write the object of a piece."""
        self._ask("put_object", Key=_piece(archive, name), Body=content)

    def get(self, archive: str, name: str) -> bytes:
        """Read the object of a piece."""
        found: bytes = self._ask("get_object", Key=_piece(archive, name))["Body"].read()
        return found

    def begin(self, archive: str) -> str:
        """Begin a multipart upload."""
        begun = self._ask("create_multipart_upload", **_kind(archive))
        return str(begun["UploadId"])

    def add(self, archive: str, joining: str, number: int, content: bytes) -> str:
        """Upload a part."""
        said = self._ask(
            "upload_part",
            Key=_key(archive),
            UploadId=joining,
            PartNumber=number,
            Body=content,
        )
        return str(said["ETag"])

    def finish(self, archive: str, joining: str, marks: Sequence[str]) -> int:
        """Complete the upload; one that is over is looked for by what came of it."""
        parts = [{"PartNumber": number, "ETag": mark} for number, mark in enumerate(marks, 1)]
        try:
            self._ask(
                "complete_multipart_upload",
                Key=_key(archive),
                UploadId=joining,
                MultipartUpload={"Parts": parts},
            )
        except Unavailable as error:
            if error.error_code != LOST:
                raise
        return int(self._ask("head_object", Key=_key(archive))["ContentLength"])

    def offer(self, archive: str, *, name: str) -> Download:
        """Sign a link to the object."""
        until = clock.moment_of(self.now()) + timedelta(seconds=LINK_SECONDS)
        wanted = {
            "Bucket": self.bucket,
            "Key": _key(archive),
            "ResponseContentDisposition": f'attachment; filename="{name}"',
        }
        try:
            url = self.client.generate_presigned_url(
                "get_object", Params=wanted, ExpiresIn=LINK_SECONDS
            )
        except (ClientError, BotoCoreError) as error:
            raise Unavailable(AWAY) from error
        return Download(url, clock.text_of(until))

    def _ask(self, name: str, **given: Any) -> Any:
        try:
            return getattr(self.client, name)(Bucket=self.bucket, **given)
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") in _MISSING:
                detail = "A piece of the archive is gone; have it made anew."
                raise Unavailable(detail, code=LOST) from error
            raise Unavailable(AWAY) from error
        except BotoCoreError as error:
            raise Unavailable(AWAY) from error


LOST = "piece_lost"
AWAY = "The store of archives does not answer; try again."


def _key(archive: str) -> str:
    return f"{FOLDER}/{archive}"


def _piece(archive: str, name: str) -> str:
    return f"{PIECES}/{archive}/{name}"


def _kind(archive: str) -> dict[str, str]:
    return {"Key": _key(archive), "ContentType": "application/gzip"}
