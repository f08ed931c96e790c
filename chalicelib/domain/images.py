"""Tells which registry an image's name leads to, and what registries are called.

The Engine's own rule: what stands before the first slash is a registry when it looks like a host
(a dot, a port, or `localhost`); everything else is of Docker Hub.
"""

from __future__ import annotations

import re

DOCKER_HUB = "docker.io"
HUB_NAMES = frozenset(
    {
        DOCKER_HUB,
        "hub.docker.com",
        "index.docker.io",
        "registry-1.docker.io",
        "registry.docker.io",
        "registry.hub.docker.com",
        "www.docker.com",
    }
)
"""What people, images and Docker's own files call Docker Hub."""
OFFICIAL = "library"
"""The part of a Docker Hub name that may be left out."""
USUAL_PORT = ":443"

_LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_HOST = re.compile(rf"{_LABEL}(\.{_LABEL})*(:[0-9]{{1,5}})?")
_LONGEST = 255
_MOST_PORT = 65_535


def registry_host(text: str) -> str:
    """Return the one name of a registry that is called so; Docker Hub's is `docker.io`.

    An address as browsers have it is taken as well. Raises ValueError, whose text says what a
    registry's name looks like.
    """
    called = text.strip().lower().removeprefix("https://").removeprefix("http://")
    name = re.sub(r"/(v[12]/?)?$", "", called).removesuffix(USUAL_PORT)
    host, _, port = name.partition(":")
    looks = "." in name or ":" in name or name == "localhost"
    fits = len(name) <= _LONGEST and _HOST.fullmatch(name) and int(port or "1") <= _MOST_PORT
    if not (looks and fits):
        detail = (
            "is a registry's host as images name it, like ghcr.io or registry.example.com:5000, "
            "without a path"
        )
        raise ValueError(detail)
    return DOCKER_HUB if host in HUB_NAMES and not port else name


def registry_of(image: str) -> str:
    """Return the one name of the registry that an image comes from."""
    first, slash, _ = image.partition("/")
    if not slash or not ("." in first or ":" in first or first == "localhost"):
        return DOCKER_HUB
    name = first.lower().removesuffix(USUAL_PORT)
    return DOCKER_HUB if name in HUB_NAMES else name


def repository_of(image: str) -> str:
    """Return the one name of an image's repository: registry and path, without tag and digest."""
    name = image.partition("@")[0]
    first, slash, rest = name.partition("/")
    is_host = slash and ("." in first or ":" in first or first == "localhost")
    path, colon, tag = (rest if is_host else name).rpartition(":")
    path = path if colon and "/" not in tag else (rest if is_host else name)
    registry = registry_of(image)
    if registry == DOCKER_HUB and "/" not in path:
        path = f"{OFFICIAL}/{path}"
    return f"{registry}/{path}"


def called(registry: str) -> str:
    """What people call a registry."""
    return "Docker Hub" if registry == DOCKER_HUB else registry
