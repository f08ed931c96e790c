"""The proof of a customer's bucket: what a backup and its restore do there, with a few bytes."""

from __future__ import annotations

import hashlib
import secrets
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from chalicelib.adapters.vaults import bucket_refusals as refusals
from chalicelib.domain.archives import Part
from chalicelib.domain.errors import ArchiveDamaged, BucketRefused, ProductError

if TYPE_CHECKING:
    from chalicelib.adapters.vaults.customers import CustomersBucket

NAMED = "hoster-check-"
"""What everything is called that a proof puts there."""
STALE = timedelta(minutes=10)
"""How old such a thing is when whoever put it there no longer works."""
MOST_SWEPT = 10
_DATA = b"Hoster wrote this to see that backups can be kept here. It may be deleted.\n"
_LINK_SECONDS = 300


def prove(bucket: CustomersBucket) -> None:
    """Do it, and leave nothing. Raises `BucketRefused` and `Unavailable`."""
    key, begun = f"{NAMED}{secrets.token_hex(8)}", list[str]()
    try:
        begun.append(bucket.begin(key))
        [link] = bucket.part_links(key, begun[0], parts=1, seconds=_LINK_SECONDS)
        bucket.by_link("PUT", link, refusals.WRITE, _DATA)
        _finish(bucket, key, begun[0])
        link = bucket.link(key, seconds=_LINK_SECONDS)
        if bucket.by_link("GET", link, refusals.READ) != _DATA:
            raise refusals.other_data(bucket.bucket)
        bucket.remove(key)
        # A backup that fails has the bucket forget what was begun.
        begun.append(bucket.begin(key))
        bucket.abandon(key, begun[1])
    except ProductError as error:
        raise _cleared(bucket, key, begun, error) from None
    _sweep(bucket)


def _finish(bucket: CustomersBucket, key: str, upload: str) -> None:
    try:
        bucket.finish(key, upload, (Part(1, len(_DATA), md5(_DATA).hex()),))
    except ArchiveDamaged:
        raise refusals.other_sum(bucket.bucket) from None


def _cleared(
    bucket: CustomersBucket, key: str, begun: list[str], error: ProductError
) -> ProductError:
    """The error of a proof that broke off, after what it left is gone, or with what is left."""
    left = set()
    for upload in begun:
        try:
            bucket.abandon(key, upload)
        except ProductError:
            left.add("an upload that was begun")
    try:
        if begun:
            bucket.remove(key)
    except ProductError:
        left.add("an object")
    if left and isinstance(error, BucketRefused):
        what = " and ".join(sorted(left))
        detail = f"{error.detail} What was tried may have left {what}: {bucket.named(key)}."
        return BucketRefused(detail, code=error.error_code)
    return error


def _sweep(bucket: CustomersBucket) -> None:
    """Remove what proofs left that were killed, where this key may look for it."""
    before = datetime.now(UTC) - STALE
    with suppress(ProductError):
        for key, upload in bucket.begun_before(NAMED, before, most=MOST_SWEPT):
            bucket.abandon(key, upload)
        for key in bucket.put_before(NAMED, before, most=MOST_SWEPT):
            bucket.remove(key)


def md5(data: bytes) -> bytes:
    """The sum by which S3 proves what was sent."""
    return hashlib.md5(data, usedforsecurity=False).digest()
