"""The app proxy beside nginx, Caddy and a plain HAProxy, and how soon it follows its routes."""

from __future__ import annotations

import http.client
import os
import re
import secrets
import shutil
import subprocess
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from tempfile import mkdtemp

from infra.bench import contenders
from infra.bench.contenders import Contender, free_port, running
from infra.bench.load import Kind, Load, put_on
from infra.bench.route_store import InMemory, Store, cloud, in_memory, proxy
from infra.bench.rows import Row, median, percentile
from infra.bench.run import Run
from infra.packaging.template import ROOT

SECONDS = float(os.environ.get("SECONDS", "3"))
"""How long each server is asked in each round."""
CHANGES = int(os.environ.get("CHANGES", "200"))
MANY = int(os.environ.get("ROUTES", "100000"))
FEW = 10
STORED = int(os.environ.get("STORED", str(FEW)))
"""How many routes the local DynamoDB has to which some are added, and which that proxy carries.

It takes seconds for a shard of a large table: changes among many routes are measured with a table
in memory, and what is measured beside others is HAProxy over a map that the agent might have
written.
"""
BODIES = {"1kb": 1024, "1mb": 1024 * 1024}
KINDS = tuple(
    Kind(f"/{body}", new_connections) for new_connections, body in product((False, True), BODIES)
)
BARE = Kind("/1kb", new_connections=False)
NGINX, CADDY, HAPROXY = "nginx", "caddy", "plain haproxy"
NGINX_TOO = "nginx, as much work"
"""It also looks up each of many hosts, and limits each app's connections."""
TOOLS = ("wrk=wrk", "nginx=nginx-light", "caddy=caddy", "haproxy=haproxy")
CHANGE_SECONDS = 30.0
POLL_SECONDS = 0.002
ADDED = ("log-format", "log ", "unique-id-format")
ADDED_HEADERS = (
    "http-request add-header x-",
    "unique-id-header",
    "http-after-response set-header x-request-id",
)


@dataclass
class Ring:
    """Everything that runs, and what each round measured."""

    few: Contender
    many: Contender
    peers: list[Contender]
    bare: Contender
    bare_nginx: Contender
    hosts: dict[int, Path]
    loads: dict[tuple[str, str], list[Load]] = field(default_factory=lambda: defaultdict(list))

    costs: dict[tuple[str, str], list[float]] = field(default_factory=lambda: defaultdict(list))
    """Microseconds of a processor for each request, of the server alone."""

    def round(self, kind: Kind) -> None:
        """Ask all, one after the other."""
        for contender in (*self.peers, self.few, self.many):
            hosts = self.hosts[MANY if contender.name in (self.many.name, NGINX_TOO) else FEW]
            self.ask(contender, kind, kind.name, hosts)

    def bare_round(self) -> None:
        """Ask those that write no log and set no header."""
        for contender in (self.bare_nginx, self.bare):
            self.ask(contender, BARE, "bare", self.hosts[FEW])

    def ask(self, contender: Contender, kind: Kind, case: str, hosts: Path) -> None:
        """Put load on one, and keep what it bore."""
        before = contender.cpu_seconds()
        load = put_on(contender.port, hosts, kind, SECONDS)
        used = contender.cpu_seconds() - before
        contender.forget_log()
        self.loads[case, contender.name].append(load)
        self.costs[case, contender.name].append(1e6 * used / load.requests)


def measure(run: Run) -> Iterator[Row]:
    """Measure throughput, latency, memory, and the time from a route's change to its first 200."""
    subprocess.run([ROOT / "infra/local/setup/packages", *TOOLS], check=True)
    folder = Path(mkdtemp(prefix="bench-proxy-"))
    folder.chmod(0o755)  # workers of another user read in it
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        yield from _measure(run, folder, stack)


def _measure(run: Run, folder: Path, stack: ExitStack) -> Iterator[Row]:
    def place(name: str) -> Path:
        made = folder / name
        made.mkdir()
        return made

    run.progress.line("  servers start")
    hosts = {count: _names(folder, count) for count in (FEW, MANY)}
    command, upstream = contenders.upstream(place("upstream"), BODIES)
    stack.enter_context(running("upstream", command, upstream, folder / "upstream"))
    url = stack.enter_context(cloud(place("cloud")))
    store = Store(url, "bench", upstream)
    store.fill(_names(folder, STORED).read_text().split())
    few = stack.enter_context(proxy(place("ours"), store, STORED))
    command, port = _again(folder / "ours/state", place("many"), is_bare=False)
    entry = f"open/127.0.0.1/{upstream}/dep-bench/-/-"
    names = hosts[MANY].read_text().split()
    (folder / "many/routes.map").write_text("".join(f"{name} {entry}\n" for name in names))
    name = f"ours, {MANY:,} routes"
    many = stack.enter_context(running(name, command, port, folder / "many"))
    peers = []
    command, port, log = contenders.nginx(place("nginx"), upstream)
    peers.append(stack.enter_context(running(NGINX, command, port, folder / "nginx", log=log)))
    command, port, log = contenders.nginx(place("nginx-too"), upstream, hosts=hosts[MANY])
    nginx_too = running(NGINX_TOO, command, port, folder / "nginx-too", log=log)
    peers.append(stack.enter_context(nginx_too))
    command, port, log = contenders.caddy(place("caddy"), upstream)
    peers.append(stack.enter_context(running(CADDY, command, port, folder / "caddy", log=log)))
    command, port = contenders.haproxy(place("haproxy"), upstream)
    peers.append(stack.enter_context(running(HAPROXY, command, port, folder / "haproxy")))
    command, port, log = contenders.nginx(place("bare-nginx"), upstream, bare=True)
    bare_nginx = running("bare nginx", command, port, folder / "bare-nginx", log=log)
    command, port = _again(folder / "ours/state", place("bare"), is_bare=True)
    bare = running("bare ours", command, port, folder / "bare")
    ring = Ring(few, many, peers, stack.enter_context(bare), stack.enter_context(bare_nginx), hosts)
    for kind in KINDS:
        for _ in run.rounds(kind.name):
            ring.round(kind)
        yield from _load_rows(ring, kind)
    for _ in run.rounds("bare"):
        ring.bare_round()
    yield from _bare_rows(ring)
    yield from _memory_rows(ring)
    run.progress.line(f"  {CHANGES} routes are added to {STORED:,}")
    yield from _change_rows(few.port, store, f"{STORED:,} routes")
    run.progress.line(f"  {CHANGES} routes are added to {MANY:,} in memory")
    with in_memory(upstream) as large:
        large.fill(names)
        with proxy(place("ours-many"), large, MANY) as whole:
            yield from _change_rows(whole.port, large, f"{MANY:,} routes, table in memory")


def _names(folder: Path, count: int) -> Path:
    path = folder / f"hosts-{count}"
    path.write_text("".join(f"app-{number}.apps.bench\n" for number in range(count)))
    return path


def _again(state: Path, folder: Path, *, is_bare: bool) -> tuple[list[str], int]:
    """Our own HAProxy once more, with its routes; bare, it writes no log and sets no headers."""
    shutil.copytree(state, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("*.sock"))
    config = folder / "haproxy.cfg"
    lines = [_other_port(line) for line in config.read_text().splitlines()]
    kept = [line for line in lines if not (is_bare and _is_added(line))]
    config.write_text("".join(f"{line}\n" for line in kept))
    [port, *_] = re.findall(r"bind 127\.0\.0\.1:(\d+)", config.read_text())
    return ["haproxy", "-db", "-f", config.name], int(port)


def _other_port(line: str) -> str:
    """A line of the configuration, on a port that nobody has yet."""
    return re.sub(r"(bind 127\.0\.0\.1):\d+", lambda found: f"{found[1]}:{free_port()}", line)


def _is_added(line: str) -> bool:
    """Whether a line makes logs or sets headers."""
    return line.strip().lower().startswith((*ADDED, *ADDED_HEADERS))


def _load_rows(ring: Ring, kind: Kind) -> Iterator[Row]:
    for ours, count in ((ring.few, FEW), (ring.many, MANY)):
        case = f"{kind.name}, {count:,} routes"
        for peer in ring.peers:
            yield from _beside(ring, kind.name, case, ours, peer)
    yield from _beside(ring, kind.name, f"{kind.name}, {MANY:,} routes", ring.many, ring.few)


def _bare_rows(ring: Ring) -> Iterator[Row]:
    yield from _beside(
        ring, "bare", f"{BARE.name}, no logs, no headers", ring.bare, ring.bare_nginx
    )


def _beside(ring: Ring, loads: str, case: str, ours: Contender, peer: Contender) -> Iterator[Row]:
    both = [ring.loads[loads, one.name] for one in (ours, peer)]
    for metric, unit in (("rate", "1/s"), ("p50", "ms"), ("p99", "ms")):
        own, other = (median([getattr(load, metric) for load in loads]) for loads in both)
        yield Row("proxy", case, metric, unit, own, len(both[0]), other, peer.name)
    own, other = (median(ring.costs[loads, one.name]) for one in (ours, peer))
    yield Row("proxy", case, "processor", "µs", own, len(both[0]), other, peer.name)


def _memory_rows(ring: Ring) -> Iterator[Row]:
    whole = f"memory, {STORED:,} routes, with the agent"
    for ours, case in ((ring.few, whole), (ring.many, f"memory, {MANY:,} routes, HAProxy")):
        for peer in ring.peers:
            held, others = round(ours.memory_mb(), 1), round(peer.memory_mb(), 1)
            yield Row("proxy", case, "held", "MB", held, 1, others, peer.name)


def _change_rows(port: int, store: Store | InMemory, among: str) -> Iterator[Row]:
    took = [_first_200(port, store) for _ in range(CHANGES)]
    case = f"route change to first 200, {among}"
    for percent in (50, 99):
        seconds = percentile(took, percent)
        yield Row("proxy", case, f"p{percent}", "s", seconds, len(took), 1.0, "promise")


def _first_200(port: int, store: Store | InMemory) -> float:
    """Write a new route and ask for it until it answers; the seconds since the writing began."""
    host = f"new-{secrets.token_hex(6)}.apps.bench"
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    began = time.monotonic()
    store.add(host)
    while time.monotonic() - began < CHANGE_SECONDS:
        connection.request("GET", "/1kb", headers={"Host": host})
        answer = connection.getresponse()
        answer.read()
        if answer.status == http.client.OK:
            connection.close()
            return time.monotonic() - began
        time.sleep(POLL_SECONDS)
    raise RuntimeError(f"{host} does not answer {CHANGE_SECONDS:.0f} s after its route's writing.")
