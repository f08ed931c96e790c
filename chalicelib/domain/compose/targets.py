"""Decides which paths of a container something may be mounted onto."""

from __future__ import annotations

import posixpath

MAX_LENGTH = 1024
_FORBIDDEN = ("/proc", "/sys")


def target_of(text: str) -> str:
    """Give the one written form of a mount's path: absolute, without `..` and double slashes.

    Raises `ValueError` with a sentence for a path that Docker would not mount onto.
    """
    path = posixpath.normpath(f"/{text.lstrip('/')}")
    inside_system = any(path == no or path.startswith(f"{no}/") for no in _FORBIDDEN)
    if not text.startswith("/") or path == "/" or inside_system or len(path) > MAX_LENGTH:
        detail = "needs an absolute path in the container, outside /proc and /sys, to mount onto"
        raise ValueError(detail)
    return path
