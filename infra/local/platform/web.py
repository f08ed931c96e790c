"""The built web app into its local bucket."""

from __future__ import annotations

from datetime import timedelta

import boto3

from infra.deploy.web import files_of, upload
from infra.local.platform.layout import ROOT

DIST = ROOT / "web/dist"


def upload_web(bucket: str) -> str:
    """Upload `web/dist` and return what was uploaded, in words."""
    if not DIST.exists():
        return "not built; run make web"
    files = files_of(DIST)
    upload(boto3.client("s3"), bucket, files, kept=timedelta())
    return f"{len(files)} files"
