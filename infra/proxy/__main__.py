"""`python -m infra.proxy`: run the app proxy until SIGTERM, which drains it."""

from __future__ import annotations

import argparse
import logging
import signal
import socket
import sys
import threading
import time
from pathlib import Path

from infra.proxy import logs
from infra.proxy.config import check_config, haproxy, write_config
from infra.proxy.settings import Files, Settings, Unusable, source
from infra.proxy.supervisor import Child, supervise

PORT_SECONDS = 3.0
"""How long a port may stay taken by what an earlier run left, before that is an error."""

log = logging.getLogger("supervisor")


def main() -> int:
    """Run the proxy; what it cannot run with is one sentence on standard error, and status 1."""
    logs.configure()
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    try:
        settings = _settings()
        source()
        write_config(settings)
        check_config(settings)
        _await_port(settings.bind, settings.port, "--port")
        _await_port("127.0.0.1", settings.internal_port, "--internal-port")
    except Unusable as error:
        log.error("%s", error)
        return 1
    supervise(_children(settings), stopping, settings.drain_seconds + 2)
    return 0


def _settings() -> Settings:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bind", default="127.0.0.1", help="address for apps' traffic")
    parser.add_argument("--port", type=int, default=9091, help="port for apps' traffic")
    parser.add_argument(
        "--internal-port",
        type=int,
        default=9092,
        help="loopback port of /health, /ready and /metrics",
    )
    parser.add_argument("--state", type=Path, required=True, help="folder of its own files")
    given = parser.parse_args()
    return Settings(Files(given.state.resolve()), given.bind, given.port, given.internal_port)


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


def _children(settings: Settings) -> list[Child]:
    state = settings.files.state
    return [
        Child(
            "HAProxy",
            [haproxy(), "-db", "-f", settings.files.config.name],
            # Closes the listeners and lets requests in flight finish.
            stop_signal=signal.SIGUSR1,
            folder=state,
        ),
        Child(
            "The route agent",
            [sys.executable, "-m", "infra.proxy.agent", "--state", str(state)],
            stop_signal=signal.SIGTERM,
        ),
    ]


if __name__ == "__main__":
    sys.exit(main())
