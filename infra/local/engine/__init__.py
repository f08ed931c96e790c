"""The machine's Docker Engine and the images that are built for it from Debian packages."""

from infra.local.engine.daemon import (
    EngineMissing,
    connect,
    engine_answers,
    ensure_engine,
    stop_engine,
)
from infra.local.engine.errors import BuildFailed
from infra.local.engine.images import ensure_image

__all__ = [
    "BuildFailed",
    "EngineMissing",
    "connect",
    "engine_answers",
    "ensure_engine",
    "ensure_image",
    "stop_engine",
]
