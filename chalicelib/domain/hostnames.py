"""Host names of apps."""

from __future__ import annotations

import re

LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
MAX_LENGTH = 253


def label_from(name: str) -> str:
    """Make a DNS label of a deployment's name; never empty, at most 40 characters."""
    label = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40].strip("-")
    return label or "app"


def app_host(name: str, deployment: str, apps_domain: str, *, attempt: int = 0) -> str:
    """The automatic host name of a deployment; later attempts append part of its id."""
    label = label_from(name)
    if attempt:
        tail = deployment.replace("-", "")
        label = f"{label}-{tail[-6 * attempt :][:6]}"
    return f"{label}.{apps_domain}"


def checked_host(text: str) -> str | None:
    """Normalise a host name that a person typed; None when it cannot be one.

    International names become their ASCII form.
    """
    host = text.strip().removesuffix(".").lower()
    try:
        host = host.encode("idna").decode("ascii") if not host.isascii() else host
    except UnicodeError:
        return None
    labels = host.split(".")
    fits = len(labels) > 1 and len(host) <= MAX_LENGTH and all(map(LABEL.fullmatch, labels))
    return host if fits and not labels[-1].isdigit() else None
