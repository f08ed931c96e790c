"""`python -m infra.proxy`: run the app proxy until SIGTERM, which drains it.

SIGHUP writes HAProxy's configuration and pages anew and has HAProxy read them, without losing a
connection.
"""

from __future__ import annotations

import argparse
import http.client
import ipaddress
import logging
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from infra.proxy import logs
from infra.proxy.config import check_config, haproxy, write_config, write_copies
from infra.proxy.master import Master
from infra.proxy.settings import Files, Settings, Unusable, reporting, source
from infra.proxy.supervisor import Child, Proxy

PORT_SECONDS = 3.0
"""How long a port may stay taken by what an earlier run left, before that is an error."""

log = logging.getLogger("supervisor")


def main() -> int:
    """Run the proxy; what it cannot run with is one sentence on standard error, and status 1."""
    logs.configure()
    stopping, asked = threading.Event(), threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    signal.signal(signal.SIGHUP, lambda *_: asked.set())
    try:
        settings = _settings()
        source()
        reporting()
        write_config(settings)
        # A socket's path may have 107 letters; a relative one always fits.
        os.chdir(settings.files.state)
        check_config(settings)
        _await_port(settings.bind, settings.port, "--port")
        _await_port(settings.bind, settings.tls_port, "--tls-port")
        _await_port("127.0.0.1", settings.internal_port, "--internal-port")
        if settings.check_port:
            _await_port(settings.bind, settings.check_port, "--check-port")
    except Unusable as error:
        log.error("%s", error)
        return 1
    _proxy(settings).run(stopping, asked, lambda: _rewrite(settings))
    return 0


def _settings() -> Settings:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bind", default="127.0.0.1", help="address for apps' traffic")
    parser.add_argument("--port", type=int, default=9091, help="port for apps' traffic")
    parser.add_argument(
        "--tls-port", type=int, default=9443, help="port for apps' traffic over TLS"
    )
    parser.add_argument(
        "--public-tls-port",
        type=int,
        default=443,
        help="the port at which people reach the one for TLS, where plain HTTP is led to",
    )
    parser.add_argument(
        "--accept-proxy",
        nargs="+",
        default=[],
        metavar="FROM_NETWORK",
        help="networks of load balancers, which tell clients' addresses in the PROXY protocol",
    )
    parser.add_argument(
        "--internal-port",
        type=int,
        default=9092,
        help="loopback port of /health, /ready and /metrics",
    )
    parser.add_argument(
        "--check-port",
        type=int,
        default=0,
        help="port at which load balancers ask whether the proxy is ready; 0 for none",
    )
    parser.add_argument("--state", type=Path, required=True, help="folder of its own files")
    given = parser.parse_args()
    try:
        networks = tuple(str(ipaddress.ip_network(network)) for network in given.accept_proxy)
    except ValueError as error:
        raise Unusable(f"--accept-proxy takes networks: {error}.") from error
    return Settings(
        Files(given.state.resolve()),
        given.bind,
        given.port,
        given.internal_port,
        given.tls_port,
        public_tls_port=given.public_tls_port,
        check_port=given.check_port,
        accept_proxy=networks,
    )


def _rewrite(settings: Settings) -> bool:
    """Write HAProxy's configuration anew, and say whether it can be read."""
    try:
        write_config(settings)
        check_config(settings)
    except (Unusable, OSError) as error:
        log.error("HAProxy stays as it is: %s", error)
        return False
    return True


def _look_over(files: Files) -> None:
    """Have a HAProxy that ended find nothing that keeps it from starting."""
    try:
        write_copies(files)
    except (Unusable, OSError) as error:
        log.error("HAProxy starts with what lies on disk: %s", error)


def _await_port(address: str, port: int, option: str) -> None:
    end = time.monotonic() + PORT_SECONDS
    while not _is_free(address, port):
        if time.monotonic() > end:
            raise Unusable(f"Port {port} on {address} is taken; give another with {option}.")
        time.sleep(0.05)


def _is_free(address: str, port: int) -> bool:
    with socket.socket() as probe:
        # Connections of an earlier run that are still closing do not count.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError:
            return False
        return True


def _proxy(settings: Settings) -> Proxy:
    files = settings.files
    master = Master(Path(files.master_socket.name))
    return Proxy(
        Child(
            "HAProxy",
            [
                *(haproxy(), "-W", "-db", "-f", files.config.name),
                *("-S", f"unix@{files.master_socket.name},mode,600"),
            ],
            # Closes the listeners and lets requests in flight finish.
            stop_signal=signal.SIGUSR1,
            folder=files.state,
            before=lambda: _look_over(files),
        ),
        Child(
            "The route agent",
            [sys.executable, "-m", "infra.proxy.agent", "--state", str(files.state)],
            stop_signal=signal.SIGTERM,
        ),
        settings.drain_seconds,
        master.in_flight,
        lambda: _hold(settings.internal_port),
        _counter(files) if reporting() else None,
    )


def _counter(files: Files) -> Child:
    return Child(
        "The counting agent",
        [sys.executable, "-m", "infra.proxy.traffic", "--state", str(files.state)],
        stop_signal=signal.SIGTERM,
    )


@contextmanager
def _hold(port: int) -> Iterator[None]:
    """A client of HAProxy's that waits: until it leaves, HAProxy does not end."""
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=1)
    client.request("GET", "/health")
    client.getresponse().read()
    try:
        yield
    finally:
        client.close()


if __name__ == "__main__":
    sys.exit(main())
