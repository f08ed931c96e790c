"""What the proxy and its agent are told by the command line and the environment."""

from __future__ import annotations

import os
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
    def socket(self) -> Path:
        """HAProxy's runtime socket."""
        return self.state / "haproxy.sock"


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
    drain_seconds: int = field(default_factory=lambda: _number("DRAIN_SECONDS", 5))
    """How long requests in flight may go on when the proxy stops."""


@dataclass(frozen=True)
class Source:
    """Where routes come from, and which upstream addresses they may have."""

    table: str
    networks: Networks


def source() -> Source:
    """Read the environment. Raises `Unusable` when no table, or something else, is named."""
    table = os.environ.get("HOSTER_ROUTES_TABLE")
    if not table:
        raise Unusable("HOSTER_ROUTES_TABLE must name the DynamoDB table of routes.")
    try:
        networks = Networks(_words("REFUSED_NETWORKS"), _words("ADMITTED_NETWORKS"))
    except ValueError as error:
        raise Unusable(f"The refused and admitted networks must be networks: {error}.") from error
    return Source(table, networks)


def _words(name: str) -> tuple[str, ...]:
    return tuple(os.environ.get(f"HOSTER_PROXY_{name}", "").replace(",", " ").split())
