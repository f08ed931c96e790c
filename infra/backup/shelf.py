"""Where one backup lies in S3: its parts, how far it has come, and its manifest.

A backup without a manifest is not done. The manifest names every part with its hash and is written
last; it carries a hash of itself.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from infra.backup.lines import Damaged, packed, sha256, unpacked

Json = dict[str, Any]
MANIFEST = "manifest.json"
PROGRESS = "progress.json"
FORMAT = 1


class Missing(LookupError):
    """There is no such object."""


@dataclass(frozen=True)
class Shelf:
    """The objects of one backup, by their names within it."""

    s3: Any
    bucket: str
    name: str

    @property
    def url(self) -> str:
        """Where it lies, for people."""
        return f"s3://{self.bucket}/{self.name}/"

    def put(self, name: str, body: bytes) -> None:
        """Write an object."""
        self.s3.put_object(Bucket=self.bucket, Key=f"{self.name}/{name}", Body=body)

    def get(self, name: str) -> bytes:
        """Read an object. Raises `Missing`."""
        try:
            found = self.s3.get_object(Bucket=self.bucket, Key=f"{self.name}/{name}")
        except self.s3.exceptions.NoSuchKey as error:
            raise Missing(f"{self.url}{name} is not there") from error
        return bytes(found["Body"].read())

    def document(self, name: str) -> Json | None:
        """Read a document; None for what is not there. Raises `Damaged`."""
        try:
            found: Json = json.loads(self.get(name))
        except Missing:
            return None
        except ValueError as error:
            raise Damaged(f"{self.url}{name} cannot be read") from error
        return found

    def keep(self, name: str, document: Json) -> None:
        """Write a document."""
        self.put(name, json.dumps(document, sort_keys=True).encode())

    def put_part(self, name: str, lines: list[str]) -> Json:
        """Write lines as a part, and return what the manifest says of it."""
        body = packed(lines)
        self.put(name, body)
        return {"name": name, "lines": len(lines), "bytes": len(body), "sha256": sha256(body)}

    def part(self, told: Json) -> list[str]:
        """The lines of a part. Raises `Damaged` where they are not what the manifest says."""
        try:
            body = self.get(told["name"])
        except Missing as error:
            raise Damaged(str(error)) from error
        if sha256(body) != told["sha256"]:
            raise Damaged(f"{self.url}{told['name']} is not what was written")
        lines = unpacked(body)
        if len(lines) != told["lines"]:
            raise Damaged(f"{self.url}{told['name']} has {len(lines)} lines, not {told['lines']}")
        return lines

    def seal(self, manifest: Json) -> None:
        """Write the manifest: the backup is done."""
        self.keep(MANIFEST, {**manifest, "format": FORMAT, "sha256": _seal(manifest)})

    def manifest(self) -> Json:
        """What was written. Raises `Missing` where no backup is done, and `Damaged`."""
        found = self.document(MANIFEST)
        if found is None:
            raise Missing(f"{self.url} holds no backup that is done")
        seal, form = found.pop("sha256", ""), found.pop("format", None)
        if form != FORMAT or seal != _seal(found):
            raise Damaged(f"The manifest of {self.url} is not what was written")
        return found


def shelves(s3: Any, bucket: str) -> list[str]:
    """The names of what a bucket holds, oldest first."""
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Delimiter="/")
    return sorted(
        one["Prefix"].rstrip("/") for page in pages for one in page.get("CommonPrefixes", ())
    )


def _seal(manifest: Json) -> str:
    return sha256(json.dumps(manifest, sort_keys=True).encode())
