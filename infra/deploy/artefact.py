"""The built artefact in a bucket of its own: archives and templates, each under its content's hash.

Nothing there is changed once it is written, so that what ran before can be deployed again.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DEFAULT_REGION = "us-east-1"
"""The region that S3 takes for the one where none is said."""


@dataclass(frozen=True)
class CodeBucket:
    """The bucket that the stack reads its code and its nested templates from."""

    s3: Any
    name: str

    def ensure(self) -> None:
        """Have the bucket, encrypted and closed to the public."""
        region = self.s3.meta.region_name
        placed = {"CreateBucketConfiguration": {"LocationConstraint": region}}
        try:
            self.s3.create_bucket(Bucket=self.name, **(placed if region != DEFAULT_REGION else {}))
        except (self.s3.exceptions.BucketAlreadyOwnedByYou, self.s3.exceptions.BucketAlreadyExists):
            self.s3.head_bucket(Bucket=self.name)  # somebody else's is refused here
        closed = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy")
        self.s3.put_public_access_block(
            Bucket=self.name,
            PublicAccessBlockConfiguration=dict.fromkeys((*closed, "RestrictPublicBuckets"), True),
        )

    def upload(self, build: Path) -> str:
        """Upload what is not there yet; return the key of the main template."""
        present = set(self.keys())
        files = json.loads((build / "manifest.json").read_text())["files"]
        keys = {name: f"{entry['sha256'][:16]}/{name}" for name, entry in files.items()}
        for name, key in keys.items():
            if key not in present:
                self.s3.upload_file(str(build / name), self.name, key)
        return keys["template.yaml"]

    def keys(self) -> Iterator[str]:
        """What lies there."""
        for page in self.s3.get_paginator("list_objects_v2").paginate(Bucket=self.name):
            yield from (entry["Key"] for entry in page.get("Contents", ()))

    def url(self, key: str) -> str:
        """Where CloudFormation reads an object."""
        return f"{self.s3.meta.endpoint_url}/{self.name}/{key}"

    def keep(self, key: str, document: dict[str, Any]) -> None:
        """Write a note."""
        self.s3.put_object(Bucket=self.name, Key=key, Body=json.dumps(document, indent=1))

    def note(self, key: str) -> dict[str, Any] | None:
        """Read a note; None when there is none."""
        try:
            found: dict[str, Any] = json.loads(self.read(key))
        except self.s3.exceptions.NoSuchKey:
            return None
        return found

    def read(self, key: str) -> bytes:
        """Read an object."""
        return bytes(self.s3.get_object(Bucket=self.name, Key=key)["Body"].read())
