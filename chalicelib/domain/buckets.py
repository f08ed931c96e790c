"""Buckets that speak S3, as people name them: where they are, and the key that opens them."""

from __future__ import annotations

import re

from chalicelib.domain import urls

USUAL_REGION = "us-east-1"
"""What S3-compatible stores call their only region, where they have no name for it."""

_REGION = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,63}")
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_NO_BUCKETS = ("--x-s3", "--ol-s3", "-s3alias")
"""Endings of names that are not buckets as others: one zone alone, or another way to one."""
_PART = re.compile(r"[A-Za-z0-9!_.*()=@+-]+")
_KEY = re.compile(r"[!-~]+")


def endpoint(given: str) -> str:
    """Read where a bucket's S3 is. Raises `ValueError`.

    It is a host, and a port at most: what else a URL may hold says nothing of a bucket, and could
    lead requests elsewhere.
    """
    target = urls.read(given, ("https",))
    rest = given.strip().partition("://")[2].rstrip("/")
    if "/" in rest or "?" in rest or "@" in rest or "\\" in rest or target.host.endswith("."):
        detail = "is https:// with a host, and a port at most; the bucket and the folder go apart"
        raise ValueError(detail)
    port = "" if target.port == urls.PORTS["https"] else f":{target.port}"
    host = f"[{target.host}]" if ":" in target.host else target.host
    return f"https://{host}{port}"


def region(given: str) -> str:
    """Read a region's name. Raises `ValueError`."""
    if not _REGION.fullmatch(given):
        detail = f"is a region like eu-central-1; {USUAL_REGION} where the store has none"
        raise ValueError(detail)
    return given


def bucket(given: str) -> str:
    """Read a bucket's name. Raises `ValueError`."""
    if not _BUCKET.fullmatch(given) or ".." in given:
        detail = (
            "is a bucket's name: 3 to 63 small letters, digits, dots and dashes. An address goes"
            " into endpoint, a folder into prefix"
        )
        raise ValueError(detail)
    if given.endswith(_NO_BUCKETS):
        detail = "names an access point or a bucket of one zone; give a bucket's own name"
        raise ValueError(detail)
    return given


def folder(given: str) -> str:
    """Read a folder in a bucket, without slashes at its ends. Raises `ValueError`."""
    found = given.strip("/")
    parts = found.split("/") if found else []
    if any(not _PART.fullmatch(part) or part in {".", ".."} for part in parts):
        detail = "is a folder like backups/hoster: letters, digits and !_.*()=@+- between slashes"
        raise ValueError(detail)
    return found


def key(given: str) -> str:
    """Read half of an access key. Raises `ValueError`, which does not repeat it."""
    if not _KEY.fullmatch(given):
        detail = "is one word, as the store shows it"
        raise ValueError(detail)
    return given


def place(known: dict[str, str | None]) -> str:
    """Say where a target is, for people: bucket, folder and host."""
    where = "/".join(filter(None, (known["bucket"], known["prefix"])))
    at = (known["endpoint"] or "").removeprefix("https://") or f"AWS S3, {known['region']}"
    return f"{where} ({at})"
