"""Render HAProxy's configuration and pages into the state folder, and have HAProxy check them."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess

from infra.proxy.pages import write_pages
from infra.proxy.settings import Settings, Unusable
from infra.proxy.templates import fill


def haproxy() -> str:
    """HAProxy's program; Debian keeps it where other users' PATH does not look."""
    found = shutil.which("haproxy", path=os.environ.get("PATH", "") + ":/usr/sbin")
    if found is None:
        raise Unusable("HAProxy is missing. Install it with: apt-get install haproxy")
    return found


def write_config(settings: Settings) -> None:
    """Write all that HAProxy reads at its start; routes of an earlier run are kept."""
    files = settings.files
    files.state.mkdir(parents=True, exist_ok=True)
    files.routes.touch()
    files.facts.write_text("")
    write_pages(files.pages)
    files.config.write_text(
        fill(
            "haproxy.cfg",
            bind=settings.bind,
            port=settings.port,
            internal_port=settings.internal_port,
            maxconn=min(settings.connections, _possible_connections()),
            threads=settings.threads,
            app_connections=settings.app_connections,
            connect_seconds=settings.connect_seconds,
            header_seconds=settings.header_seconds,
            client_seconds=settings.client_seconds,
            upstream_seconds=settings.upstream_seconds,
            drain_seconds=settings.drain_seconds,
        )
    )


def _possible_connections() -> int:
    """How many connections the file descriptors of this process allow.

    Each needs its two sockets, and a pipe now and then to carry bodies without copying.
    """
    _, limit = resource.getrlimit(resource.RLIMIT_NOFILE)
    return 1_000_000 if limit == resource.RLIM_INFINITY else max((limit - 200) // 3, 10)


def check_config(settings: Settings) -> None:
    """Have HAProxy read its configuration. Raises `Unusable` with HAProxy's words."""
    said = subprocess.run(
        [haproxy(), "-c", "-f", settings.files.config.name],
        cwd=settings.files.state,
        capture_output=True,
        text=True,
        check=False,
    )
    if said.returncode:
        raise Unusable(f"HAProxy refuses its configuration:\n{said.stderr.strip()}")
