"""The image that droplets are made from."""

from __future__ import annotations

from pathlib import Path

from infra.local import engine

IMAGE = "hoster-local/droplet:debian-12"


def ensure_image() -> str:
    """Have the droplet image; built again only when what it is made of changed."""
    return engine.ensure_image(engine.connect(), Path(__file__).parent / "image", IMAGE)
