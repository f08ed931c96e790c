"""Real authoritative name servers: one Knot for each address, all on one free port."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import dns.message
import dns.query

KNOTD = shutil.which("knotd", path="/usr/sbin:/usr/bin:/usr/local/sbin")
SECONDS = 10

CONFIG = """\
server:
  rundir: "{folder}"
  listen: {address}@{port}
  udp-workers: 1
  tcp-workers: 1
  background-workers: 1
log:
  - target: stderr
    any: error
database:
  storage: "{folder}/database"
zone:
"""
ZONE = """\
  - domain: {zone}
    file: "{folder}/{zone}.zone"
    zonefile-load: whole
"""


@contextmanager
def name_server(folder: Path, address: str, port: int, zones: Mapping[str, str]) -> Iterator[None]:
    """Serve zones at an address; each is the text of its file without its SOA record."""
    assert KNOTD is not None
    folder.mkdir(parents=True)
    config = CONFIG.format(folder=folder, address=address, port=port)
    for zone, text in zones.items():
        head = f"$ORIGIN {zone}.\n$TTL 300\n@ SOA ns hostmaster 1 3600 600 86400 60\n"
        (folder / f"{zone}.zone").write_text(head + text)
        config += ZONE.format(zone=zone, folder=folder)
    (folder / "knot.conf").write_text(config)
    server = subprocess.Popen(
        [KNOTD, "-c", str(folder / "knot.conf")],
        stdout=subprocess.DEVNULL,
        stderr=(folder / "log").open("w"),
    )
    try:
        _wait(server, address, port, zones, folder)
        yield
    finally:
        server.terminate()
        server.wait(SECONDS)


def _wait(
    server: subprocess.Popen[bytes],
    address: str,
    port: int,
    zones: Mapping[str, str],
    folder: Path,
) -> None:
    """Wait until each zone is answered for."""
    end = time.monotonic() + SECONDS
    for zone in zones:
        query = dns.message.make_query(zone, "SOA")
        while True:
            assert server.poll() is None, (folder / "log").read_text()
            assert time.monotonic() < end, (folder / "log").read_text()
            try:
                if dns.query.udp(query, address, timeout=0.5, port=port).answer:
                    break
            except OSError:
                continue
            except dns.exception.Timeout:
                continue
