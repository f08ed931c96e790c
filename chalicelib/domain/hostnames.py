"""Host names of apps."""

from __future__ import annotations

import re

LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
MAX_LENGTH = 253
PUNYCODE = "xn--"
NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
"""A last label that makes a name an IPv4 address."""
WRONG = (
    (re.compile(r"\*"), "is a wildcard; add each name by itself"),
    (
        re.compile(r"\A([0-9.]+|\[?[0-9a-fA-F:.]*:[0-9a-fA-F:.]*\]?)\Z"),
        "is an address; a name such as www.example.com is wanted",
    ),
    (re.compile(r"[/:@?#]"), "holds more than a host name; leave out protocol, port and path"),
    (re.compile(r"\A[^.]*\Z"), "is no full name; one such as www.example.com is wanted"),
    (re.compile(r"\A.{254}", re.DOTALL), "is longer than 253 characters"),
    (re.compile(r"[^.]{64}"), "has a part of more than 63 characters between its dots"),
)
"""What a text that is no host name usually is."""


RESERVED = frozenset(
    label
    for labels in (
        "www api admin administrator root system status health",
        "mail email smtp imap pop pop3 mx webmail autoconfig autodiscover mta-sts",
        "ns ns1 ns2 ns3 ns4 dns whois ftp sftp ssh vpn proxy gateway",
        "auth login signin signup register account accounts oauth sso id",
        "billing pay payment payments invoice invoices checkout",
        "dashboard console panel cpanel portal manage control",
        "support help abuse postmaster hostmaster webmaster security noreply",
        "docs blog static assets cdn media files download downloads",
        "hoster internal intranet local wpad isatap",
    )
    for label in labels.split()
)
"""Labels that people would take for the installation's own: no app is named so alone."""


def label_from(name: str) -> str:
    """Make a DNS label of a deployment's name; never empty, at most 40 characters."""
    label = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40].strip("-")
    return label or "app"


def app_host(name: str, deployment: str, apps_domain: str, *, attempt: int = 0) -> str:
    """The automatic host name of a deployment.

    Later attempts append part of its id, as do all for a label that is reserved.
    """
    label = label_from(name)
    attempt += label in RESERVED
    if attempt:
        tail = deployment.replace("-", "")
        label = f"{label}-{tail[-6 * attempt :][:6]}"
    return f"{label}.{apps_domain}"


def checked_host(text: str) -> str | None:
    """Normalise a host name that a person typed; None when it cannot be one.

    International names become their ASCII form (IDNA 2008). A name of numbers is an address, to
    browsers too, and none.
    """
    host = text.strip().removesuffix(".").lower()
    try:
        host = _ascii(host)
    except UnicodeError:
        return None
    labels = host.split(".")
    fits = len(labels) > 1 and len(host) <= MAX_LENGTH and all(map(LABEL.fullmatch, labels))
    return host if fits and not NUMBER.fullmatch(labels[-1]) else None


def _ascii(host: str) -> str:
    """Write a name in its ASCII form. Raises `UnicodeError` for what has none."""
    if host.isascii() and PUNYCODE not in host:
        return host
    import idna

    return idna.encode(host, uts46=True, std3_rules=True).decode("ascii")


def own_host(typed: str, ours: str) -> str:
    """Normalise a host name that somebody brings; `ours` is what automatic names end in.

    Raises `ValueError` with what is wrong, to follow the name of the field.
    """
    host = checked_host(typed)
    if host is None:
        raise ValueError(_why_not(typed.strip().removesuffix(".")))
    if host == ours or host.endswith(f".{ours}"):
        detail = f"lies under {ours}, where names are given automatically; bring one of your own"
        raise ValueError(detail)
    return host


def _why_not(text: str) -> str:
    found = (why for pattern, why in WRONG if pattern.search(text))
    return next(found, "must be a full host name: letters, digits and inner hyphens, with dots")
