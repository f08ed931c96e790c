"""Render HAProxy's configuration and pages into the state folder, and have HAProxy check them."""

from __future__ import annotations

import os
import re
import resource
import secrets
import shutil
import subprocess

from infra.proxy.counters import CLASSES, COLUMNS, LATENCY_MILLISECONDS
from infra.proxy.makeshift import make_certificates
from infra.proxy.pages import write_pages
from infra.proxy.settings import Files, Settings, Unusable
from infra.proxy.shelf import Shelf
from infra.proxy.templates import fill
from infra.proxy.writing import write

MAY_REPEAT = (
    "{ http_first_req } { method GET HEAD OPTIONS } !{ req.fhdr(content-length) -m found }"
    " !{ req.fhdr(transfer-encoding) -m found } !{ req.fhdr(upgrade) -m found }"
)
"""A client's first request, when it may be asked twice."""

TO_APP = "http-request set-dst-port var(txn.route),field(3,/)"
TO_DOOR = """\
http-request set-var-fmt(txn.door) "%[var(txn.route),field(3,/)].%[var(txn.route),field(6,/)]\
.nodes.hoster"
    http-request set-dst-port int({door_port})"""


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
    write_copies(files)
    write_pages(files.pages)
    write(files.state / "agent.prom", fill("agent.prom"))
    write(files.state / "headers.lua", fill("headers.lua", apps_domain=settings.apps_domain))
    write(
        files.config,
        fill(
            "haproxy.cfg",
            bind=settings.bind,
            port=settings.port,
            tls_port=settings.tls_port,
            tls_suffix="" if settings.public_tls_port == 443 else f":{settings.public_tls_port}",
            internal_port=settings.internal_port,
            maxconn=min(settings.connections, _possible_connections()),
            threads=settings.threads,
            connect_seconds=settings.connect_seconds,
            header_seconds=settings.header_seconds,
            client_seconds=settings.client_seconds,
            upstream_seconds=settings.upstream_seconds,
            reload_seconds=settings.reload_seconds,
            series=secrets.token_hex(8),
            accept_proxy=_accept_proxy(settings.accept_proxy),
            may_repeat=MAY_REPEAT,
            to_app=_to_app(settings, TO_APP),
            to_door=_to_app(settings, TO_DOOR.format(door_port=settings.door_port)),
            columns=COLUMNS,
            checks=_checks(settings),
        ),
    )


def _to_app(settings: Settings, port_rules: str) -> str:
    """The rules for what an app gets; those of the port say which one of its node is asked."""
    return fill(
        "to_app.cfg",
        app_connections=settings.app_connections,
        cookie_rule=_cookie_rule(settings.apps_domain),
        port_rules=port_rules,
        buckets=_buckets(),
    )


def write_copies(files: Files) -> None:
    """Have all maps and certificates there that HAProxy starts with; what is good of them is kept.

    The agent may be changing them at the same time.
    """
    files.routes.touch()
    files.facts.write_text("")
    files.challenges.touch()
    shelf = Shelf(files)
    with shelf.locked():
        shelf.open()
        make_certificates(files)


def _accept_proxy(networks: tuple[str, ...]) -> str:
    """The rule by which a load balancer tells whom it speaks for; nobody else is asked."""
    if not networks:
        return ""
    return f"tcp-request connection expect-proxy layer4 if {{ src {' '.join(networks)} }}"


def _checks(settings: Settings) -> str:
    """Where load balancers ask whether the proxy is ready, if there are any."""
    if not settings.check_port:
        return ""
    return fill("checks.cfg", bind=settings.bind, check_port=settings.check_port)


def _cookie_rule(domain: str) -> str:
    """The rule that looks closely at cookies for the domain of all apps or one above it."""
    if not domain:
        return ""
    labels = domain.split(".")
    shared = "|".join(re.escape(".".join(labels[first:])) for first in range(len(labels)))
    return (
        "http-response lua.drop_shared_cookies if { res.fhdr(set-cookie) -m reg -i "
        rf"""';\s*domain\s*=[\s."]*({shared})[\s."]*(;|$)' }}"""
    )


def _buckets() -> str:
    """The rules that count an answer's time in one bucket; the shortest are asked first."""
    rule = "    http-after-response allow if"
    first = len(CLASSES)
    took, kept = "date(0,ms),sub(txn.began)", "var(txn.ms) -m int"
    bounded = [
        f"{rule} {{ {kept if column > first else took} lt {bound} }}"
        f" {{ sc_inc_gpc({column},0) gt 0 }}"
        for column, bound in enumerate(LATENCY_MILLISECONDS, first)
    ]
    keep = f"    http-after-response set-var(txn.ms) {took}"
    last = f"{rule} {{ sc_inc_gpc({first + len(LATENCY_MILLISECONDS)},0) gt 0 }}"
    return "\n".join([bounded[0], keep, *bounded[1:], last])


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
