"""The built web app in its bucket, with how long browsers may keep each file."""

from __future__ import annotations

import hashlib
import io
import mimetypes
import time
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

FOREVER = "public, max-age=31536000, immutable"
"""For files whose names change with what they hold."""
ASK_FIRST = "no-cache"
"""For all others: a browser keeps them and asks whether they are still the same."""
HASHED = "assets/"
FIRST_PAGE = "index.html"
KEPT = timedelta(days=7)
"""For how long parts stay that the app has no more: pages that are open still ask for them."""
EPOCH = (1980, 1, 1, 0, 0, 0)


def files_of(dist: Path) -> dict[str, bytes]:
    """The files of a built web app; the build's own notes are not part of it."""
    found = (path for path in sorted(dist.rglob("*")) if path.is_file())
    named = ((path.relative_to(dist), path) for path in found)
    return {
        name.as_posix(): path.read_bytes()
        for name, path in named
        if not any(part.startswith(".") for part in name.parts)
    }


def lifetime(name: str) -> str:
    """How long a file may be kept, as `Cache-Control` says it."""
    return FOREVER if name.startswith(HASHED) else ASK_FIRST


def upload(s3: Any, bucket: str, files: Mapping[str, bytes], kept: timedelta = KEPT) -> None:
    """Put the files there, those that pages ask for before the pages; take away what is old.

    `kept` is for how long a file stays after it was last uploaded though the app has it no more.
    """
    for name in sorted(files, key=lambda name: (not name.startswith(HASHED), name == FIRST_PAGE)):
        s3.put_object(
            Bucket=bucket,
            Key=name,
            Body=files[name],
            ContentType=mimetypes.guess_type(name)[0] or "application/octet-stream",
            CacheControl=lifetime(name),
        )
    oldest = datetime.now(UTC) - kept
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
        for entry in page.get("Contents", ()):
            if entry["Key"] not in files and entry["LastModified"] <= oldest:
                s3.delete_object(Bucket=bucket, Key=entry["Key"])


def invalidate(cloudfront: Any, distribution: str) -> str:
    """Have every edge location forget what it keeps, and wait for it; return the invalidation."""
    made = cloudfront.create_invalidation(
        DistributionId=distribution,
        InvalidationBatch={
            "Paths": {"Quantity": 1, "Items": ["/*"]},
            "CallerReference": str(time.time_ns()),
        },
    )["Invalidation"]
    waiter = cloudfront.get_waiter("invalidation_completed")
    waiter.wait(DistributionId=distribution, Id=made["Id"])
    return str(made["Id"])


def packed(files: Mapping[str, bytes]) -> bytes:
    """The files as one archive, whose bytes depend on them alone."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            archive.writestr(zipfile.ZipInfo(name, EPOCH), files[name])
    return held.getvalue()


def unpacked(archive: bytes) -> dict[str, bytes]:
    """The files of an archive."""
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def key_of(archive: bytes) -> str:
    """Where an archive lies in the code bucket: under its content's hash."""
    return f"web/{hashlib.sha256(archive).hexdigest()[:16]}.zip"
