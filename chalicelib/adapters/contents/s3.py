"""Contents over S3: `chalicelib.ports.contents.Contents` made real."""

from __future__ import annotations

import re
from hashlib import sha256
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError, IncompleteReadError

from chalicelib.domain.errors import Unavailable

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

KEPT = 4
"""How many contents a process keeps: steps read the same one again and again."""
_ADDRESS = re.compile(r"[0-9a-f]{64}")


class S3Contents:
    """Objects `<folder>/<address>` of one bucket."""

    def __init__(self, client: S3Client, bucket: str, folder: str) -> None:
        self.client = client
        self.bucket = bucket
        self.folder = folder
        self.kept: dict[str, bytes] = {}

    def put(self, content: bytes) -> str:
        """Write the object, also when it is there: that renews its age."""
        address = sha256(content).hexdigest()
        try:
            self.client.put_object(Bucket=self.bucket, Key=self._key(address), Body=content)
        except (ClientError, BotoCoreError) as error:
            raise Unavailable("The content store does not answer; try again.") from error
        return address

    def get(self, address: str) -> bytes:
        """Read the object and check it against its address."""
        if address in self.kept:
            return self.kept[address]
        content = self._read(address) if _ADDRESS.fullmatch(address) else None
        if content is None or sha256(content).hexdigest() != address:
            detail = "What was stored here cannot be read any more; send it again."
            raise Unavailable(detail, code="content_lost")
        while len(self.kept) >= KEPT:
            del self.kept[next(iter(self.kept))]
        self.kept[address] = content
        return content

    def _read(self, address: str) -> bytes | None:
        try:
            return self.client.get_object(Bucket=self.bucket, Key=self._key(address))["Body"].read()
        except self.client.exceptions.NoSuchKey:
            return None
        except (ClientError, BotoCoreError, IncompleteReadError) as error:
            raise Unavailable("The content store does not answer; try again.") from error

    def _key(self, address: str) -> str:
        return f"{self.folder}/{address}"
