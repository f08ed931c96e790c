"""Tells why an image could not be pulled, from the registry's words, and what to do about it.

The Engine passes on what the registry says, each registry in words of its own; what they mean is
told here once, with the step that helps.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

from chalicelib.domain.errors import (
    DiskFull,
    ImageDenied,
    ImageNotFound,
    ImageRateLimited,
    ImageUnauthorized,
    ImageUnavailable,
    ProductError,
    RegistryUnreachable,
    RegistryUntrusted,
)
from chalicelib.domain.images import DOCKER_HUB, called, registry_of

Cause = Literal[
    "rate_limited", "unauthorized", "denied", "not_found", "tls", "unreachable", "disk_full", ""
]
"""Why a pull failed; empty where the words are not known."""

LoginUse = Literal["used", "none", "withheld"]
"""Whether the pull was made with a login of the app's owner. `withheld`: there is one, and the
server is somebody else's, who could read it."""

SHOWN = 300
"""Characters of a registry's words that are shown."""

_WORDS: tuple[tuple[Cause, str], ...] = (
    ("rate_limited", r"toomanyrequests|too many requests|rate limit"),
    ("disk_full", r"no space left|disk quota exceeded"),
    ("tls", r"x509|certificate|tls: |HTTP response to HTTPS client"),
    (
        "unauthorized",
        r"unauthorized|incorrect username or password|no basic auth credentials"
        r"|authentication required|\b401\b",
    ),
    ("denied", r"denied|forbidden|\b403\b"),
    ("not_found", r"manifest unknown|not found|name unknown|not known to registry|does not exist"),
    (
        "unreachable",
        r"no such host|connection refused|connection reset|i/o timeout|deadline exceeded"
        r"|Client\.Timeout|unreachable|no route to host|server misbehaving|unexpected EOF|: EOF"
        r"|unexpected HTTP status|bad gateway|service unavailable|gateway time-?out",
    ),
)
_GUESS = re.compile(
    r"pull access denied for \S+, repository does not exist or may require 'docker login'"
)
"""What the Engine puts before a refusal, whatever the registry says."""
_AFTER = re.compile(r"retry-?after:? ?([0-9.]+)(µs|us|ms|s|m|h)?", re.IGNORECASE)
_IN_SECONDS: Mapping[str, float] = {"µs": 1e-6, "us": 1e-6, "ms": 1e-3, "s": 1, "m": 60, "h": 3600}

_KINDS: Mapping[Cause, type[ImageUnavailable]] = {
    "rate_limited": ImageRateLimited,
    "unauthorized": ImageUnauthorized,
    "denied": ImageDenied,
    "not_found": ImageNotFound,
    "tls": RegistryUntrusted,
    "unreachable": RegistryUnreachable,
}

_WITHHELD = (
    "{registry} does not give out the image {image} without a login. Yours is sent to servers of "
    "your own alone, and this one is somebody else's: run the app on a server of yours."
)
_NO_LOGIN = (
    "{registry} does not give out the image {image}: it is private, or there is none of that name. "
    "Check the name; if it is private, add a login for {registry} under Settings, Registries, and "
    "start the app again."
)
_TOLD: Mapping[tuple[Cause, LoginUse | None], str] = {
    ("rate_limited", "used"): (
        "{registry} gives out no more images for now: the limit on pulls of your login is reached. "
        "{when} An account with a larger limit gives more."
    ),
    ("rate_limited", "withheld"): (
        "{registry} gives out no more images for now: its limit on pulls without a login is reached"
        " for this server. {when} On a server of your own, the limit of your login counts."
    ),
    ("rate_limited", "none"): (
        "{registry} gives out no more images for now: its limit on pulls without a login is reached"
        " for this server. {when} Or add a login for {registry} under Settings, Registries: it has "
        "a limit of its own, and a larger one."
    ),
    ("unauthorized", "used"): (
        "{registry} does not accept your login for the image {image}. Replace its secret under "
        "Settings, Registries, check it there, and start the app again."
    ),
    ("unauthorized", "withheld"): _WITHHELD,
    ("unauthorized", "none"): _NO_LOGIN,
    ("denied", "used"): (
        "Your login at {registry} may not pull the image {image}, or there is none of that name. "
        "Check the name, and give the login's account access to the image."
    ),
    ("denied", "withheld"): _WITHHELD,
    ("denied", "none"): _NO_LOGIN,
    ("not_found", None): "{registry} has no image {image}. Check its name and its tag.",
    ("tls", None): (
        "The server does not trust the certificate of {registry}, so that it did not ask for the "
        "image {image}. The registry needs a certificate of a public authority for its name."
    ),
    ("unreachable", None): (
        "{registry} does not answer the server, so that the image {image} could not be pulled. Try "
        "again; if that lasts, check the registry and the server's network."
    ),
    ("", None): "The image {image} could not be pulled.",
}
"""What is told of each cause, by how a login was used where that matters."""


def cause_of(said: str) -> Cause:
    """Read a registry's or the Engine's words."""
    own = _GUESS.sub("", said)
    found = (cause for cause, words in _WORDS if re.search(words, own, re.IGNORECASE))
    return next(found, "denied" if own != said else "")


def refused(image: str, said: str, login: LoginUse) -> ProductError:
    """Return the error of a pull that failed: what happened, why, and what to do."""
    cause = cause_of(said)
    if cause == "disk_full":
        return DiskFull(
            f"The server has no disk space left for the image {image}. Free some and try again."
        )
    told = _TOLD.get((cause, login)) or _TOLD[cause, None]
    registry = called(registry_of(image))
    detail = told.format(registry=registry, image=image, when=_when(image, said))
    kind = _KINDS.get(cause, ImageUnavailable)
    return kind(f"{detail} The registry says: {said.strip()[:SHOWN]}")


def _when(image: str, said: str) -> str:
    found = _AFTER.search(said)
    if found:
        seconds = float(found[1]) * _IN_SECONDS[(found[2] or "s").lower()]
        if seconds < 60:
            return "Try again in a minute."
        return f"Try again in {round(seconds / 60)} minutes."
    if registry_of(image) == DOCKER_HUB:
        return "Docker Hub counts pulls over six hours: try again in an hour or more."
    return "Try again later."
