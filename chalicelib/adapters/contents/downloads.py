"""Downloads over S3: `chalicelib.ports.downloads.Downloads` made real."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, BinaryIO

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.domain import clock
from chalicelib.domain.errors import Unavailable
from chalicelib.ports.downloads import Download

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

FOLDER = "downloads"
"""The bucket forgets what lies under it after a day (`infra/template/shared.yaml`)."""
LINK_SECONDS = 600


class S3Downloads:
    """Objects `downloads/<folder>/<chance>` of one bucket."""

    def __init__(self, client: S3Client, bucket: str, now: Callable[[], str]) -> None:
        self.client = client
        self.bucket = bucket
        self.now = now

    def offer(
        self,
        content: BinaryIO,
        *,
        folder: str,
        name: str,
        media_type: str = "application/gzip",
        shown: bool = False,
    ) -> Download:
        """Put the object under a name that nobody guesses, and sign a link to it."""
        place = {"Bucket": self.bucket, "Key": f"{FOLDER}/{folder}/{secrets.token_hex(16)}"}
        saved = f'{"inline" if shown else "attachment"}; filename="{name}"'
        until = clock.moment_of(self.now()) + timedelta(seconds=LINK_SECONDS)
        try:
            self.client.put_object(
                **place,  # type: ignore[arg-type]
                Body=content,
                ContentType=media_type,
                ContentDisposition=saved,
            )
            url = self.client.generate_presigned_url(
                "get_object", Params=place, ExpiresIn=LINK_SECONDS
            )
        except (ClientError, BotoCoreError) as error:
            raise Unavailable("The download store does not answer; try again.") from error
        return Download(url, clock.text_of(until))
