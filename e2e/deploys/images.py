"""Images for the matrix alone: releases of a database to upgrade to or fail with, and Node.js."""

from __future__ import annotations

from pathlib import Path

from infra.local.journey.client import Json
from infra.local.platform.progress import Progress
from infra.local.registry.images import PublicImage, ensure_images

FOLDER = Path(__file__).parent / "images"
REPOSITORY = "hoster-matrix/postgres"
FIRST = "postgres:16-alpine"
NEXT = f"{REPOSITORY}:next"
BROKEN = f"{REPOSITORY}:broken"
_BASE = "hoster-local/postgres:16-alpine"


def ensure(platform: Json) -> None:
    """Have the releases in the registry that the servers mirror."""
    releases = [
        PublicImage("postgres-next", REPOSITORY, "next", above=FOLDER, base=_BASE),
        PublicImage("postgres-broken", REPOSITORY, "broken", above=FOLDER, base=_BASE),
    ]
    with Progress().stage("matrix_images", "Images of the deploy matrix"):
        ensure_images(platform["urls"]["registry"], releases)


def ensure_node(platform: Json) -> None:
    """Have Node.js there under its public name; no sample wants it."""
    image = PublicImage("node", "library/node", "20-alpine", ("20.18.1-alpine",), above=FOLDER)
    with Progress().stage("matrix_images", "Images of the deploy matrix"):
        ensure_images(platform["urls"]["registry"], [image])
