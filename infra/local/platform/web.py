"""The built web app into its bucket."""

from __future__ import annotations

import mimetypes
from pathlib import Path

import boto3

from infra.local.platform.layout import ROOT

DIST = ROOT / "web/dist"
HASHED = "public, max-age=31536000, immutable"
"""For files whose names change with what they hold."""


def upload_web(bucket: str) -> str:
    """Upload `web/dist` and return what was uploaded, in words."""
    if not DIST.exists():
        return "not built; run make web"
    s3 = boto3.client("s3")
    files = sorted(path for path in DIST.rglob("*") if path.is_file() and not _is_hidden(path))
    names = {str(path.relative_to(DIST)) for path in files}
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
        for kept in page.get("Contents", []):
            if kept["Key"] not in names:
                s3.delete_object(Bucket=bucket, Key=kept["Key"])
    for path in files:
        name = str(path.relative_to(DIST))
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        lifetime = HASHED if name.startswith("assets/") else "no-cache"
        s3.put_object(
            Bucket=bucket, Key=name, Body=path.read_bytes(), ContentType=kind, CacheControl=lifetime
        )
    return f"{len(files)} files"


def _is_hidden(path: Path) -> bool:
    """Whether it is the build's own notes, not part of the app."""
    return any(part.startswith(".") for part in path.relative_to(DIST).parts)
