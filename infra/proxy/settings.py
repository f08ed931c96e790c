"""What the proxy and its agent are told by the command line and the environment."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from pathlib import Path

from infra.proxy.routes import Networks


class Unusable(RuntimeError):
    """The proxy cannot run with what it was given; the message says what to change."""


@dataclass(frozen=True)
class Files:
    """The files of one proxy, all in its state folder."""

    state: Path

    @property
    def config(self) -> Path:
        """HAProxy's rendered configuration."""
        return self.state / "haproxy.cfg"

    @property
    def pages(self) -> Path:
        """Folder of the rendered pages."""
        return self.state / "pages"

    @property
    def routes(self) -> Path:
        """The map of routes that HAProxy starts with: the last good copy of them."""
        return self.state / "routes.map"

    @property
    def facts(self) -> Path:
        """The map in which the agent tells HAProxy what `/ready` answers.

        The file stays empty, so that a HAProxy that just started knows nothing yet.
        """
        return self.state / "facts.map"

    @property
    def challenges(self) -> Path:
        """The map of answers to a certificate authority's challenges, by token."""
        return self.state / "challenges.map"

    @property
    def certificates(self) -> Path:
        """Folder of the certificates that clients are shown, each with its chain and key."""
        return self.state / "certs"

    @property
    def certificate_list(self) -> Path:
        """The list of those that HAProxy starts with; the first is shown to whom no other fits."""
        return self.state / "certs.list"

    @property
    def default_certificate(self) -> Path:
        """What is shown for a name without a certificate; made at the first start."""
        return self.certificates / "default.pem"

    @property
    def door_client(self) -> Path:
        """The certificate and key that the proxy shows to the doors of nodes."""
        return self.state / "door/client.pem"

    @property
    def door_authority(self) -> Path:
        """The authority that must have signed what a node's door shows."""
        return self.state / "door/authority.pem"

    @property
    def traffic(self) -> Path:
        """What was counted of each app, and is to be reported."""
        return self.state / "traffic.json"

    @property
    def socket(self) -> Path:
        """HAProxy's runtime socket."""
        return self.state / "haproxy.sock"

    @property
    def master_socket(self) -> Path:
        """The socket of HAProxy's master process, over which every worker can be asked."""
        return self.state / "master.sock"


def _number(name: str, default: int) -> int:
    text = os.environ.get(f"HOSTER_PROXY_{name}", str(default))
    try:
        return int(text)
    except ValueError as error:
        raise Unusable(f"HOSTER_PROXY_{name} must be a whole number, not {text!r}.") from error


@dataclass(frozen=True)
class Settings:
    """What HAProxy is told. Times are in seconds."""

    files: Files
    bind: str
    port: int
    internal_port: int
    """Loopback port of `/health`, `/ready` and `/metrics`."""
    tls_port: int
    public_tls_port: int = 443
    """The port that people reach the one for TLS at: where plain HTTP is led to."""
    check_port: int = 0
    """Port at which load balancers ask for `/ready`; 0 for none."""
    accept_proxy: tuple[str, ...] = ()
    """Networks of load balancers, which say in the PROXY protocol whom they speak for."""

    apps_domain: str = field(default_factory=lambda: os.environ.get("HOSTER_APPS_DOMAIN", ""))
    """The domain that apps' automatic names are under: none may set cookies for all others."""
    door_port: int = field(default_factory=lambda: _number("DOOR_PORT", 9443))
    """The port of a node's door."""

    threads: int = field(default_factory=lambda: _number("THREADS", os.cpu_count() or 1))
    connections: int = field(default_factory=lambda: _number("CONNECTIONS", 20_000))
    """Connections at a time, as far as the process's file descriptors allow."""
    app_connections: int = field(default_factory=lambda: _number("APP_CONNECTIONS", 1000))
    """Requests in flight that one deployment may have."""
    connect_seconds: int = field(default_factory=lambda: _number("CONNECT_SECONDS", 3))
    header_seconds: int = field(default_factory=lambda: _number("HEADER_SECONDS", 10))
    client_seconds: int = field(default_factory=lambda: _number("CLIENT_SECONDS", 60))
    upstream_seconds: int = field(default_factory=lambda: _number("UPSTREAM_SECONDS", 300))
    """Silence of an app after which its client gets 504; streams of events may be silent longer."""
    reload_seconds: int = field(default_factory=lambda: _number("RELOAD_SECONDS", 43_200))
    """How long connections may go on in the HAProxy before a reload."""
    drain_seconds: int = field(default_factory=lambda: _number("DRAIN_SECONDS", 5))
    """How long requests in flight may go on when the proxy stops."""


@dataclass(frozen=True)
class Source:
    """Where routes come from, which upstream addresses they may have, and what opens keys."""

    table: str
    networks: Networks
    installation: str = ""
    key: str = ""
    """ARN of the KMS key that the keys of certificates are sealed under; empty for none."""
    retiring_key: str = ""
    url: str = ""
    """Where people reach an app, with its automatic name for `{host}`."""

    @property
    def is_secure(self) -> bool:
        """Whether apps' automatic names are meant to be reached by HTTPS."""
        return self.url.startswith("https:")


def source() -> Source:
    """Read the environment. Raises `Unusable` when no table, or something else, is named."""
    table = os.environ.get("HOSTER_ROUTES_TABLE")
    if not table:
        raise Unusable("HOSTER_ROUTES_TABLE must name the DynamoDB table of routes.")
    try:
        networks = Networks(_words("REFUSED_NETWORKS"), _words("ADMITTED_NETWORKS"))
    except ValueError as error:
        raise Unusable(f"The refused and admitted networks must be networks: {error}.") from error
    installation = os.environ.get("HOSTER_INSTALLATION", "")
    if not re.fullmatch(r"[A-Za-z0-9_-]{0,64}", installation):
        raise Unusable(f"HOSTER_INSTALLATION must be an installation's name, not {installation!r}.")
    return Source(
        table,
        networks,
        installation,
        key=os.environ.get("HOSTER_KMS_KEY", ""),
        retiring_key=os.environ.get("HOSTER_RETIRING_KMS_KEY", ""),
        url=os.environ.get("HOSTER_PROXY_URL", ""),
    )


@dataclass(frozen=True)
class Reporting:
    """Where what apps are asked and sent is reported, and how often."""

    queue: str
    """URL of the queue of SQS."""
    seconds: int


def reporting() -> Reporting | None:
    """Read the environment; None when nothing is reported. Raises `Unusable`."""
    queue = os.environ.get("HOSTER_TRAFFIC_QUEUE", "")
    seconds = _number("REPORT_SECONDS", 300)
    if seconds < 1:
        raise Unusable("HOSTER_PROXY_REPORT_SECONDS must be at least 1.")
    return Reporting(queue, seconds) if queue else None


def _words(name: str) -> tuple[str, ...]:
    return tuple(os.environ.get(f"HOSTER_PROXY_{name}", "").replace(",", " ").split())
