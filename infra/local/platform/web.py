"""The built web app into its bucket."""

from __future__ import annotations

import mimetypes

import boto3

from infra.local.platform.layout import ROOT

DIST = ROOT / "web/dist"


def upload_web(bucket: str) -> str:
    """Upload `web/dist` and return what was uploaded, in words."""
    if not DIST.exists():
        return "not built; run make web"
    s3 = boto3.client("s3")
    files = sorted(path for path in DIST.rglob("*") if path.is_file())
    for path in files:
        name = str(path.relative_to(DIST))
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        forever = "public, max-age=31536000, immutable" if "assets/" in name else "no-cache"
        s3.put_object(
            Bucket=bucket, Key=name, Body=path.read_bytes(), ContentType=kind, CacheControl=forever
        )
    return f"{len(files)} files"
